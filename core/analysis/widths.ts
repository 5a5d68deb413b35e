// Which numbers of the source have to change together when a group of channels becomes wider.
import type { GroupMember, PruneGroup } from '../graph/coupling/group';
import type { GraphNode, ParamName, SourceRange } from '../graph/model-graph';
import type { ModelReport } from './report';

/** One argument of one construction: `out` of the convolution that is built there. */
export interface WidthEdit {
  readonly source: SourceRange;
  /** `conv2d`, `linear`, `batchNorm2d`, … */
  readonly op: string;
  /** An attribute of the op: `outChannels`, `features`, … */
  readonly attr: string;
  readonly from: number;
  readonly to: number;
}

/** Attributes by op and by the role that a parameter's axis plays in the group. */
const widthAttrs: Readonly<Record<string, Partial<Record<GroupMember['role'], string>>>> = {
  conv1d: { in: 'inChannels', out: 'outChannels', channel: 'outChannels' },
  conv2d: { in: 'inChannels', out: 'outChannels', channel: 'outChannels' },
  conv3d: { in: 'inChannels', out: 'outChannels', channel: 'outChannels' },
  linear: { in: 'inFeatures', out: 'outFeatures', channel: 'outFeatures' },
  batchNorm2d: { channel: 'features' },
  instanceNorm: { channel: 'features' },
};

/** A loop that ties more constructions than this together is nothing that a person changes with one click. */
const mostGroups = 200;

/**
 * All edits that make the group that a layer reads so wide that `fits` says yes to its input width; undefined where
 * the width cannot be changed soundly: it is the model's own input or output, it comes from several groups, or the
 * same line of code builds layers of other widths too. `reports` are all models that the file's code builds.
 */
export function widen(
  report: ModelReport,
  path: string,
  fits: (inputs: number) => boolean,
  reports: readonly ModelReport[],
): { readonly channels: number; readonly to: number; readonly edits: readonly WidthEdit[] } | undefined {
  const layer = report.layers.find((candidate) => candidate.path === path);
  const weight = report.graph.nodes.find(({ id }) => id === layer?.node)?.params['weight'];
  const read = report.groups.filter(({ members }) =>
    members.some(({ param, role }) => param === weight && role === 'in'),
  );
  const [group] = read;
  if (!group || read.length > 1 || weight === undefined) return undefined;
  const { width = 1 } = group.members.find(({ param, role }) => param === weight && role === 'in')!.runs[0]!;
  let to = group.channels + 1;
  while (!fits(to * width)) if (++to > 2 * group.channels + 64) return undefined;
  const edits = new Widening(reports, group.channels, to).from(report, group);
  return edits && { channels: group.channels, to, edits };
}

class Widening {
  private readonly sites = new Map<string, WidthEdit>();
  private readonly seen = new Set<PruneGroup>();
  private readonly users: ReadonlyMap<ModelReport, ReadonlyMap<ParamName, readonly GraphNode[]>>;
  private sound = true;

  constructor(
    private readonly reports: readonly ModelReport[],
    private readonly channels: number,
    private readonly to: number,
  ) {
    this.users = new Map(reports.map((report) => [report, usersOf(report)]));
  }

  from(report: ModelReport, group: PruneGroup): WidthEdit[] | undefined {
    this.add(report, group);
    // A line that builds layers of several groups makes them all as wide, also in the file's other models.
    for (let before = -1; this.sound && before !== this.seen.size;) {
      before = this.seen.size;
      for (const other of this.reports) this.reach(other);
    }
    return this.sound ? [...this.sites.values()] : undefined;
  }

  private reach(report: ModelReport): void {
    for (const group of report.groups) {
      if (this.seen.has(group)) continue;
      if (this.memberSites(report, group).some(({ key }) => this.sites.has(key))) this.add(report, group);
    }
  }

  private add(report: ModelReport, group: PruneGroup): void {
    this.seen.add(group);
    const fits = group.prunable.ok && group.channels === this.channels && this.seen.size <= mostGroups;
    if (!fits) this.sound = false;
    for (const { key, edit } of this.sound ? this.memberSites(report, group) : []) {
      const known = this.sites.get(key);
      // Layers of one line whose sides differ: 30 from two groups of 15 is not 30 from one.
      if (!edit || (known && (known.from !== edit.from || known.to !== edit.to))) this.sound = false;
      else this.sites.set(key, edit);
    }
  }

  private memberSites(report: ModelReport, group: PruneGroup): Site[] {
    const nodes = this.users.get(report)!;
    return group.members.flatMap((member) =>
      (nodes.get(member.param) ?? []).map((node) => this.site(node, member)),
    );
  }

  private site(node: GraphNode, { role, runs }: GroupMember): Site {
    const [source] = node.source;
    const attr = widthAttrs[node.op]?.[role];
    if (!source || attr === undefined) return { key: '', edit: undefined };
    const key = `${source.file}:${source.startLine}:${source.startColumn}:${attr}`;
    const from = node.attrs[attr];
    const [run] = runs;
    // Grouped and depthwise convolutions have a third number that goes along; concatenated sides are sums.
    const plain = (node.attrs['groups'] ?? 1) === 1 && runs.length === 1 && run?.count === this.channels;
    if (typeof from !== 'number' || !plain) return { key, edit: undefined };
    const to = from + (this.to - this.channels) * run.width;
    return { key, edit: { source, op: node.op, attr, from, to } };
  }
}

/** Where a member's width is written, and how it changes there; undefined where that is more than one number. */
interface Site {
  readonly key: string;
  readonly edit: WidthEdit | undefined;
}

function usersOf({ graph }: ModelReport): Map<ParamName, GraphNode[]> {
  const users = new Map<ParamName, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const name of Object.values(node.params)) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  }
  return users;
}
