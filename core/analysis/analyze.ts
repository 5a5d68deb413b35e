// Analysis: from a model graph to everything that lenses, hovers and the command line say about it.
import { roleAxis } from '../graph/conventions';
import { graphCost, nodeCost, sizeOf } from '../graph/cost';
import type { PruneGroup } from '../graph/coupling/group';
import { findGroups } from '../graph/coupling/groups';
import type { CallTrace, ModuleTrace } from '../graph/module-tree';
import type { GraphNode, ModelGraph, ParamName, SourceRange } from '../graph/model-graph';
import { type Fit, fits, misfit } from '../sparsity/fit';
import { patterns } from '../sparsity/patterns/table';
import { weightMatrix, weightParam } from '../sparsity/weight-matrix';
import type { LayerReport, ModelReport, PatternFit } from './report';
import type { WeightFacts } from './weight-facts';
import { storedBytes, weightLayers, zerosOf } from './weight-layers';

export interface AnalyzeOptions {
  readonly source?: SourceRange;
  readonly notes?: readonly string[];
  readonly modules?: readonly ModuleTrace[];
  readonly calls?: readonly CallTrace[];
  /** What the file holds for parameters, where it holds values. */
  readonly weights?: readonly WeightFacts[];
}

export function analyze(graph: ModelGraph, options: AnalyzeOptions = {}): ModelReport {
  const { source, notes = [], modules = [], calls: callers = [], weights } = options;
  const stored = new Map((weights ?? []).map((facts) => [facts.name, facts]));
  const groups = findGroups(graph);
  const cost = graphCost(graph);
  const makers = groupsByOutput(groups);
  const counted = new Set<ParamName>();
  const called = callsByModule(graph).map((calls): LayerReport => {
    const [node] = calls;
    const own = new Set(
      calls.flatMap((call) => Object.values(call.params)).filter((name) => !counted.has(name)),
    );
    for (const name of own) counted.add(name);
    const params = [...own].reduce((n, name) => n + trainableSize(graph, name), 0);
    const flops = calls.reduce((n, call) => n + nodeCost(graph, call).flops, 0);
    const facts = stored.get(node.params['weight'] ?? '');
    return {
      path: pathOf(node),
      node: node.id,
      op: node.op,
      params,
      paramShare: share(params, cost.params),
      flops,
      flopShare: share(flops, cost.flops),
      input: graph.values[node.inputs[0] ?? '']?.shape ?? [],
      output: graph.values[node.outputs[0] ?? '']?.shape ?? [],
      weight: graph.params[node.params['weight'] ?? '']?.shape ?? [],
      patterns: patternFits(graph, node, makers),
      source: node.source,
      ...(facts ? { stored: facts } : {}),
    };
  });
  // A file of weights alone has layers all the same: whatever owns parameters.
  const layers = weights && graph.nodes.length === 0 ? weightLayers(graph, stored) : called;
  const matrices = layers.filter((layer) => layer.patterns.length > 0);
  return {
    graph,
    totals: {
      params: cost.params,
      buffers: cost.buffers,
      macs: cost.macs,
      flops: cost.flops,
      bytes: weights ? storedBytes(graph, weights) : cost.bytes,
      ...zerosOf(graph, weights ?? []),
      prunableLayers: matrices.filter((layer) => layer.patterns.some(({ fit }) => fit.ok)).length,
      layers: matrices.length,
    },
    layers,
    groups,
    ...(source ? { source } : {}),
    modules,
    calls: callers,
    ...(weights ? { weights } : {}),
    notes,
  };
}

/** The calls of every module that holds parameters, in order of the first call: a shared module is one layer. */
function callsByModule({ nodes }: ModelGraph): [GraphNode, ...GraphNode[]][] {
  const modules = new Map<string, [GraphNode, ...GraphNode[]]>();
  for (const node of nodes) {
    const names = Object.values(node.params);
    if (names.length === 0) continue;
    const key = JSON.stringify([node.path, node.op, names]);
    const calls = modules.get(key);
    if (calls) calls.push(node);
    else modules.set(key, [node]);
  }
  return [...modules.values()];
}

/** One entry a pattern for layers that hold a weight matrix, none for the others. */
function patternFits(
  graph: ModelGraph,
  node: GraphNode,
  makers: ReadonlyMap<ParamName, readonly Maker[]>,
): PatternFit[] {
  const matrix = weightMatrix(graph, node);
  const weight = weightParam(graph, node);
  if (!matrix || !weight) return [];
  const all = makers.get(weight) ?? [];
  // A table that an embedding shares with the output has the channels of both; a layer makes those along its own axis.
  const own = roleAxis(graph.framework, node, 'weight', 'out');
  const made = (all.some(({ axis }) => axis === own) ? all.filter(({ axis }) => axis === own) : all).map(
    ({ group }) => group,
  );
  return [...patterns.values()].map((pattern): PatternFit => {
    const { id, label, kind } = pattern;
    const shape = graph.params[weight]?.frozen
      ? misfit('its weight is frozen: the model sets requires_grad to False')
      : pattern.fits(matrix);
    if (kind === 'weight') return { pattern: id, label, fit: shape };
    const group = made.find(({ prunable }) => prunable.ok) ?? made[0];
    const fit = shape.ok ? structureFit(group) : shape;
    return { pattern: id, label, fit, ...(group ? { group: group.id } : {}) };
  });
}

const structureFit = (group: PruneGroup | undefined): Fit =>
  group ? (group.prunable.ok ? fits : group.prunable) : misfit('its channels belong to no group');

interface Maker {
  readonly group: PruneGroup;
  /** The weight's axis that carries it. */
  readonly axis: number;
}

/** For each weight the groups that its outputs belong to; more than one where a concatenation splits them. */
function groupsByOutput(groups: readonly PruneGroup[]): Map<ParamName, Maker[]> {
  const makers = new Map<ParamName, Maker[]>();
  for (const group of groups) {
    for (const { param, role, axis } of group.members) {
      if (role === 'in') continue;
      const known = makers.get(param);
      if (known) known.push({ group, axis });
      else makers.set(param, [{ group, axis }]);
    }
  }
  return makers;
}

/** A free parameter is the layer that its name says: `cls_token`, `blocks.0.gamma`. */
const pathOf = ({ op, path, params }: GraphNode): string =>
  op === 'parameter' ? (Object.values(params)[0] ?? path) : path;

function trainableSize(graph: ModelGraph, name: ParamName): number {
  const param = graph.params[name];
  return param?.trainable ? sizeOf(param) : 0;
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
