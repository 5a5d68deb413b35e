// The rows of the model view: models, their modules down to layers, and the groups of channels. No `vscode` here.
import type {
  GroupItem,
  GroupMemberItem,
  ModelOutline,
  ModelSummary,
  OutlineItem,
  Place,
} from '../../core/protocol/language-server';

interface Base {
  /** The same for the same row of a newer trace, so that what is open stays open. */
  readonly id: string;
  readonly parent: Row | undefined;
  readonly place: Place | undefined;
}

export interface ModelRow extends Base {
  readonly kind: 'model';
  readonly uri: string;
  readonly summary: ModelSummary;
  /** The only model of its file is open from the start. */
  readonly alone: boolean;
}
export interface NoteRow extends Base {
  readonly kind: 'note';
  readonly text: string;
}
export interface ModuleRow extends Base {
  readonly kind: 'module';
  readonly item: OutlineItem;
}
export interface GroupsRow extends Base {
  readonly kind: 'groups';
  readonly groups: readonly GroupItem[];
}
export interface GroupRow extends Base {
  readonly kind: 'group';
  readonly group: GroupItem;
}
export interface MemberRow extends Base {
  readonly kind: 'member';
  readonly member: GroupMemberItem;
}
export type Row = ModelRow | NoteRow | ModuleRow | GroupsRow | GroupRow | MemberRow;

export const modelRows = (uri: string, summaries: readonly ModelSummary[]): ModelRow[] =>
  summaries.map((summary) => ({
    kind: 'model',
    id: `${uri}#${summary.name}`,
    parent: undefined,
    place: summary.place,
    ...{ uri, summary, alone: summaries.length === 1 },
  }));

/** `unprunable` leaves only what no pattern fits, and the modules and groups around it. */
export function rowsOfModel(
  model: ModelRow,
  { children, groups }: ModelOutline,
  unprunable: boolean,
): (NoteRow | ModuleRow | GroupsRow)[] {
  const notes = model.summary.notes.map((text, i): NoteRow => ({
    ...{ kind: 'note', text, id: `${model.id}!${i}`, parent: model, place: undefined },
  }));
  const kept = unprunable ? groups.filter(({ prunable }) => !prunable.ok) : groups;
  const all: GroupsRow = {
    ...{ kind: 'groups', id: `${model.id}&`, parent: model, place: undefined, groups: kept },
  };
  return [
    ...(unprunable ? [] : notes),
    ...modules(model, children, unprunable),
    ...(kept.length > 0 ? [all] : []),
  ];
}

/** What is inside a row that was given; models have to be asked for. */
export function rowsInside(row: Exclude<Row, ModelRow>, unprunable: boolean): Row[] {
  switch (row.kind) {
    case 'module':
      return modules(row, row.item.children, unprunable);
    case 'groups':
      return row.groups.map((group): GroupRow => ({
        ...{ kind: 'group', group, id: `${row.id}${group.id}`, parent: row },
        place: group.members.find(({ place }) => place)?.place,
      }));
    case 'group':
      return row.group.members.map((member): MemberRow => ({
        ...{ kind: 'member', member, id: `${row.id}:${member.param}.${member.axis}` },
        ...{ parent: row, place: member.place },
      }));
    case 'note':
    case 'member':
      return [];
  }
}

function modules(parent: Row, items: readonly OutlineItem[], unprunable: boolean): ModuleRow[] {
  const shown = unprunable ? items.filter(holdsUnprunable) : items;
  return shown.map((item, i) => ({
    // Two layers of one path are told apart by where they stand.
    id: `${parent.id}/${item.name}${items.findIndex(({ name }) => name === item.name) === i ? '' : `@${i}`}`,
    ...{ kind: 'module', item, parent, place: item.place },
  }));
}

export function holdsUnprunable({ layer, children }: OutlineItem): boolean {
  const own = layer !== undefined && layer.patterns.length > 0 && !layer.patterns.some(({ fit }) => fit.ok);
  return own || children.some(holdsUnprunable);
}

/** The module that a line builds, as the names of the rows that lead to it: a layer rather than what is around it. */
export function pathToLine(
  items: readonly OutlineItem[],
  uri: string,
  line: number,
): readonly OutlineItem[] | undefined {
  for (const item of items) {
    const inside = pathToLine(item.children, uri, line);
    if (inside) return [item, ...inside];
    if (item.place?.uri === uri && item.place.line === line) return [item];
  }
  return undefined;
}
