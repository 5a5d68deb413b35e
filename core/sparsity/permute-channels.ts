// Permutes the channels between layers so that an N:M pattern keeps more of the weights that read them; the function stays.
import { couple } from '../graph/coupling/couple';
import type { GroupId, GroupMember, PruneGroup } from '../graph/coupling/group';
import type { GraphNode, ModelGraph, ParamName } from '../graph/model-graph';
import { reorder } from '../graph/reorder';
import { applySlices } from '../graph/surgery';
import type { TensorData, Weights } from '../graph/tensor';
import { columnOrder } from './column-order';
import { unpackMask } from './mask';
import { nm } from './patterns/n-m';
import type { WeightMatrix } from './pattern';
import { toMatrixOrder } from './weight-matrix';

/** A layer that the pattern will prune. */
export interface PatternedLayer {
  readonly param: ParamName;
  readonly node: GraphNode;
  readonly matrix: WeightMatrix;
}

export interface PermutedChannels {
  /** All parameters; those that stay where they were are passed on. */
  readonly weights: ReadonlyMap<ParamName, TensorData>;
  /** Groups of channels that changed their order. */
  readonly groups: readonly GroupId[];
  /** Share of Σ |w| of these layers that the pattern keeps, 0 … 1. */
  readonly before: number;
  readonly after: number;
}

/**
 * Group by group, on the weights as earlier groups left them. A group whose channels cannot be removed has a place for each
 * of them and is left alone, as is one that would keep less.
 * @param random uniform in [0, 1).
 */
export function permuteChannels(
  graph: ModelGraph,
  weights: Weights,
  layers: readonly PatternedLayer[],
  { n, m }: { readonly n: number; readonly m: number },
  random: () => number,
): PermutedChannels {
  const byParam = new Map(layers.map((layer) => [layer.param, layer]));
  const sizes = (of: Weights, { param, node }: PatternedLayer) =>
    toMatrixOrder(graph, node, of.get(param)!.data as Float32Array).map(Math.abs);
  const kept = (of: Weights, { matrix, ...layer }: PatternedLayer): number => {
    const values = sizes(of, { matrix, ...layer });
    const mask = unpackMask(nm(n, m).mask(values, matrix, n / m));
    return values.reduce((total, value, i) => total + value * mask[i]!, 0);
  };
  const all = (of: Weights, which: readonly PatternedLayer[]) =>
    which.reduce((total, layer) => total + kept(of, layer), 0);
  const whole = layers.reduce((total, layer) => total + sizes(weights, layer).reduce((a, b) => a + b, 0), 0);

  let now = new Map(weights);
  const groups: GroupId[] = [];
  for (const group of couple(graph).groups) {
    if (!group.prunable.ok || group.channels % m !== 0) continue;
    const readers = readersOf(group, byParam);
    const columns = Array.from({ length: group.channels }, (): Float32Array[] => []);
    for (const { layer, member } of readers)
      if (isAligned(member, group, m)) addColumns(columns, sizes(now, layer), layer.matrix, member);
    if (columns[0]!.length === 0) continue;
    const joined = columns.map(concatenated);
    const { order } = columnOrder(joined, { n, m, random });
    if (order.every((channel, i) => channel === i)) continue;
    const next = applySlices(now, reorder(graph, new Map([[group.id, order]])));
    // Layers that read the group from the middle of four were not asked: they may lose more than the others gain.
    const touched = [...new Set(readers.map(({ layer }) => layer))];
    if (all(next, touched) <= all(now, touched)) continue;
    now = next;
    groups.push(group.id);
  }
  const share = (of: Weights) => all(of, layers) / Math.max(whole, Number.MIN_VALUE);
  return { weights: now, groups, before: share(weights), after: share(now) };
}

interface Reader {
  readonly layer: PatternedLayer;
  readonly member: GroupMember;
}

const readersOf = (group: PruneGroup, layers: ReadonlyMap<ParamName, PatternedLayer>): Reader[] =>
  group.members.flatMap((member) => {
    const layer = member.role === 'in' ? layers.get(member.param) : undefined;
    return layer ? [{ layer, member }] : [];
  });

/** Whether M channels of the group in a row are M inputs in a row, from a place where the pattern's groups begin. */
const isAligned = ({ runs }: GroupMember, { channels }: PruneGroup, m: number): boolean =>
  runs.every(({ start, count, width }) => width === 1 && count === channels && start % m === 0);

/** What each channel is multiplied by: one stretch for each run and position of the kernel. */
function addColumns(
  columns: readonly Float32Array[][],
  sizes: Float32Array,
  { rows, cols, reduction }: WeightMatrix,
  { runs }: GroupMember,
): void {
  const inputs = reduction?.at(-1) ?? cols;
  for (const { start } of runs)
    for (let from = 0; from < cols; from += inputs)
      columns.forEach((stretches, channel) => {
        const column = new Float32Array(rows);
        for (let row = 0; row < rows; row++) column[row] = sizes[row * cols + from + start + channel]!;
        stretches.push(column);
      });
}

function concatenated(stretches: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(stretches.reduce((length, stretch) => length + stretch.length, 0));
  let at = 0;
  for (const stretch of stretches) {
    out.set(stretch, at);
    at += stretch.length;
  }
  return out;
}
