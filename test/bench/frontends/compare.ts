// Compares a traced graph with what the real framework says of the same text.
import { graphCost } from '../../../core/graph/cost';
import type { GraphNode, ModelGraph } from '../../../core/graph/model-graph';
import { elements, shapeAt } from '../../../core/graph/shape';
import type { Case, Facts } from './corpus';

/** Undefined where the facts say nothing about it; otherwise the first difference, or `exact`. */
export interface Comparison {
  readonly count: string;
  readonly names: string | undefined;
  readonly shapes: string | undefined;
  readonly fused: string | undefined;
}

export const exact = 'exact';

export function compare(graph: ModelGraph, facts: Facts, { input, inputs = {} }: Case): Comparison {
  return {
    count: count(graph, facts),
    names: facts.state ? names(graph, facts.state) : undefined,
    shapes: shapes(graph, facts, (input ?? Object.values(inputs)[0])?.[0]),
    fused: facts.fused && fused(graph, facts.fused),
  };
}

/** A model that could not be read at all differs in everything. */
export function unread(reason: string, facts: Facts): Comparison {
  return {
    count: reason,
    names: facts.state ? reason : undefined,
    shapes: facts.outputs ? reason : undefined,
    fused: facts.fused && reason,
  };
}

function count(graph: ModelGraph, facts: Facts): string {
  const ours = Object.values(graph.params)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((n, dim) => n * dim, 1), 0);
  return ours === facts.params ? exact : `${ours} parameters instead of ${facts.params}`;
}

/** What is tied is one parameter here and several names there: its aliases, whose order says nothing more. */
function names(graph: ModelGraph, state: NonNullable<Facts['state']>): string {
  const params = Object.values(graph.params);
  const aliases = params.flatMap(({ shape, aliases = [] }) => aliases.map((alias) => said(alias, shape)));
  const theirs = state.map(([name, shape]) => said(name, shape));
  const difference = firstDifference(
    params.map(({ name, shape }) => said(name, shape)),
    theirs.filter((text) => !aliases.includes(text)),
  );
  if (difference !== exact) return difference;
  return firstDifference(aliases.sort(), theirs.filter((text) => aliases.includes(text)).sort());
}

/**
 * Leaf layers that the framework called, in order, and the first output of the node that stands for each call. Of a leaf
 * that it called once and that is several operations in a row here (a weight norm), the last one's.
 */
function shapes(graph: ModelGraph, facts: Facts, batch = 1): string | undefined {
  if (!facts.outputs) return undefined;
  const calls = new Map<string, number>();
  for (const [name] of facts.outputs) calls.set(name, (calls.get(name) ?? 0) + 1);
  const ours = graph.nodes
    .filter(({ op, path }) => calls.has(path) && op !== 'constant' && op !== 'parameter')
    .filter(({ path }, i, nodes) => calls.get(path) !== 1 || nodes[i + 1]?.path !== path)
    .map(({ path, outputs }) => said(path, shapeAt(graph.values[outputs[0]!]!.shape, batch)));
  const difference = firstDifference(
    ours,
    facts.outputs.map(([name, shape]) => said(name, shape)),
  );
  if (difference !== exact || !facts.result) return difference;
  const [first = ''] = graph.outputs;
  const result = shapeAt(graph.values[first]?.shape ?? [], batch);
  return firstDifference([said('the result', result)], [said('the result', facts.result)]);
}

/**
 * What is left when every norm is folded into the convolution before it: a bias for each channel instead of scale and
 * shift. Published FLOPs were counted by thop: two for each multiply-accumulate and for each value that is upsampled.
 */
function fused(graph: ModelGraph, published: NonNullable<Facts['fused']>): string {
  const { params, macs } = graphCost(graph);
  const each = (op: string, count: (node: GraphNode) => number) =>
    graph.nodes.filter((node) => node.op === op).reduce((n, node) => n + count(node), 0);
  const folded = each('batchNorm2d', ({ attrs }) => Number(attrs['features']));
  const upsampled = each('interpolate', ({ outputs }) => elements(graph.values[outputs[0]!]!.shape));
  const ours = [((params - folded) / 1e6).toFixed(1), ((2 * (macs + upsampled)) / 1e9).toFixed(1)];
  const theirs = [published.millions, published.gflops];
  return ours.join() === theirs.join()
    ? exact
    : `${ours.join(' M and ')} GFLOPs instead of ${theirs.join(' M and ')}`;
}

const said = (name: string, shape: readonly number[]): string => `${name} ${shape.join('×')}`;

function firstDifference(ours: readonly string[], theirs: readonly string[]): string {
  const at = theirs.findIndex((text, i) => ours[i] !== text);
  if (at < 0) return ours.length === theirs.length ? exact : `${ours[theirs.length]!} is too many`;
  return `${ours[at] ?? 'nothing'} instead of ${theirs[at]!}`;
}
