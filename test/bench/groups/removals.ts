// What removing a share of the channels of groups does to a graph, as data for the replay in PyTorch.
import { couple } from '../../../core/graph/coupling/couple';
import type { PruneGroup } from '../../../core/graph/coupling/group';
import type { Attrs, ModelGraph } from '../../../core/graph/model-graph';
import type { Shape } from '../../../core/graph/shape';
import { shrink } from '../../../core/graph/surgery';

type Gone = readonly (readonly [axis: number, positions: readonly number[]])[];

export interface Removal {
  readonly id: string;
  /** By parameter and by value: which positions of which axes go. */
  readonly slices: Readonly<Record<string, Gone>>;
  readonly cuts: Readonly<Record<string, Gone>>;
  /** What changes: attributes by node, shapes by value. */
  readonly attrs: Readonly<Record<string, Attrs>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Groups of the grouped convolutions that are left, by path. */
  readonly groups: Readonly<Record<string, number>>;
}

/** @param share how much of each of the groups goes; never all of one. */
export function removalOf(
  graph: ModelGraph,
  id: string,
  groups: readonly PruneGroup[],
  share: number,
): Removal {
  const dropped = new Map(groups.map((group) => [group.id, someOf(group, share)]));
  const kept = new Map([...dropped].map(([name, gone]) => [name, Uint32Array.from(indices(gone, 0))]));
  const { graph: small, slices } = shrink(graph, kept);
  const coupling = couple(graph);
  const cuts = Object.keys(graph.values).flatMap((value) => {
    const axes = coupling.cuts(value, dropped);
    return axes.length === 0
      ? []
      : [[value, axes.map(({ axis, keep }) => [axis, indices(keep, 0)] as const)] as const];
  });
  const sliced = [...slices].map(([name, axes]) => {
    const shape = graph.params[name]!.shape;
    return [
      name,
      axes.map(({ axis, indices: left }) => [axis, others(left, shape[axis]!)] as const),
    ] as const;
  });
  const nodes = small.nodes.filter((node, i) => node.attrs !== graph.nodes[i]!.attrs);
  const values = Object.values(small.values).filter((value) => value !== graph.values[value.id]);
  const grouped = small.nodes.filter(({ op, attrs }) => op.startsWith('conv') && attrs['groups'] !== 1);
  return {
    id,
    slices: Object.fromEntries(sliced),
    cuts: Object.fromEntries(cuts),
    attrs: Object.fromEntries(nodes.map((node) => [node.id, node.attrs])),
    shapes: Object.fromEntries(values.map((value) => [value.id, value.shape])),
    groups: Object.fromEntries(grouped.map(({ path, attrs }) => [path, Number(attrs['groups'])])),
  };
}

/** Scattered, one at least. One entry a channel, 1 where it goes. */
function someOf({ id, channels }: PruneGroup, share: number): Uint8Array {
  const seed = [...id].reduce((n, letter) => Math.imul(n, 31) + letter.charCodeAt(0), 7);
  const order = [...Array(channels).keys()].sort((a, b) => hash(a, seed) - hash(b, seed));
  const gone = new Set(order.slice(0, Math.max(1, Math.floor(channels * share))));
  return Uint8Array.from({ length: channels }, (_, channel) => (gone.has(channel) ? 1 : 0));
}

const hash = (n: number, seed: number): number => Math.imul(n * 7919 + seed + 1, 2_654_435_761) >>> 0;

const indices = (keep: Uint8Array, wanted: number): number[] =>
  [...keep.keys()].filter((position) => keep[position] === wanted);

function others(left: Uint32Array, size: number): number[] {
  const stays = new Set(left);
  return [...Array(size).keys()].filter((position) => !stays.has(position));
}
