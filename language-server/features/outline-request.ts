// Answers the model view: the models of a document at once, and each in full when its row is opened.
import { inputLine, modelLine } from '../../core/analysis/format';
import { outline, type OutlineNode } from '../../core/analysis/outline';
import type { PruneGroup } from '../../core/graph/coupling/group';
import type {
  GroupItem,
  LanguageServerRequests,
  ModelOutline,
  ModelSummary,
  OutlineItem,
} from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';
import type { KnownModel, ModelState } from '../documents/model-state';
import { placeOf as placeIn } from '../documents/places';

const [summaries, details] = ['espalier/outline', 'espalier/modelOutline'] as const satisfies readonly [
  keyof LanguageServerRequests,
  keyof LanguageServerRequests,
];

export const outlineRequest: Feature = ({ connection, cells, models }) => {
  const placeOf: PlaceOf = (state, model, sources) => {
    const place = placeIn(state, model, sources);
    const { uri, line, character } = place ?? { uri: '', line: 0, character: 0 };
    const { uri: cell, range } = cells.location({ uri, range: pointAt(line, character) });
    return place && { uri: cell, ...range.start };
  };
  connection.onRequest(summaries, ({ uri }: ParamsOf<LanguageServerRequests, typeof summaries>) => {
    const state = models.get(uri);
    return state ? state.models.map((model) => summary(state, model, placeOf)) : [];
  });
  connection.onRequest(
    details,
    ({ uri, model: name }: ParamsOf<LanguageServerRequests, typeof details>): ModelOutline | null => {
      const state = models.get(uri);
      const model = state?.models.find(({ report }) => report.graph.name === name);
      if (!state || !model) return null;
      const item = (node: OutlineNode): OutlineItem => itemOf(state, model, node, placeOf);
      return {
        children: outline(model.report).children.map(item),
        groups: model.report.groups.map((group) => groupOf(state, model, group, placeOf)),
      };
    },
  );
};

type PlaceOf = typeof placeIn;

const pointAt = (line: number, character: number) => ({
  start: { line, character },
  end: { line, character },
});

function summary(state: ModelState, model: KnownModel, placeOf: PlaceOf): ModelSummary {
  const { report } = model;
  const place = report.source && placeOf(state, model, [report.source]);
  return {
    name: report.graph.name,
    line: modelLine(report),
    input: inputLine(report),
    stale: state.isStale(model),
    notes: report.notes,
    ...(place ? { place } : {}),
  };
}

function itemOf(state: ModelState, model: KnownModel, node: OutlineNode, placeOf: PlaceOf): OutlineItem {
  const { source, layer, children, ...numbers } = node;
  const place = placeOf(state, model, source);
  return {
    ...numbers,
    ...(place ? { place } : {}),
    ...(layer ? { layer: pick(layer) } : {}),
    children: children.map((child) => itemOf(state, model, child, placeOf)),
  };
}

const pick = ({ op, output, weight, patterns }: NonNullable<OutlineNode['layer']>) => ({
  ...{ op, output, weight, patterns },
});

function groupOf(
  state: ModelState,
  model: KnownModel,
  { id, channels, prunable, members }: PruneGroup,
  placeOf: PlaceOf,
): GroupItem {
  const users = usersOf(model);
  return {
    ...{ id, channels, prunable },
    members: members.map(({ param, axis, role }) => {
      const place = placeOf(state, model, users.get(param) ?? []);
      return { param, axis, role, ...(place ? { place } : {}) };
    }),
  };
}

const known = new WeakMap<KnownModel['report'], Map<string, OutlineNode['source']>>();

/** Where each parameter's layer is built. */
function usersOf({ report }: KnownModel): Map<string, OutlineNode['source']> {
  let users = known.get(report);
  if (!users) {
    const rows = report.graph.nodes.flatMap(({ params, source }) =>
      Object.values(params).map((name) => [name, source] as const),
    );
    // The first layer that uses a shared parameter is where people look for it.
    known.set(report, (users = new Map(rows.reverse())));
  }
  return users;
}
