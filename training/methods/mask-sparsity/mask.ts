// The keep mask: which channels of each group stay, from scales, from weights, as a plain share, or as somebody gives it.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import type { Recipe } from '../../../core/recipe/recipe';
import { type Budget, keptWidths } from '../channels/budget';
import { filterSums } from '../channels/filters';
import { largest } from '../channels/groups';
import { meanOf, relative, scaleSizes } from '../channels/scales';
import { pruneSets, type Threshold } from './threshold';
import { keepAtLeast, votedOff } from './vote';

export type Source = 'global-sparse' | 'baseline' | 'magnitude' | 'uniform' | 'given';
export type Kept = ReadonlyMap<GroupId, Uint32Array>;

export interface MaskPlan {
  readonly graph: ModelGraph;
  readonly groups: readonly PruneGroup[];
  readonly scales: ReadonlySet<ParamName>;
  readonly source: Source;
  /** Undefined: what removes the wanted share of FLOPs. */
  readonly threshold: Threshold | undefined;
  readonly budget: Budget;
  /** Channels that a group of so many keeps whatever its sizes. */
  readonly least: (channels: number) => number;
}

type Read = (name: ParamName) => Promise<TensorData>;

/** The mask as the weights are now. Of the sources, `given` needs none. */
export async function keepMask(
  plan: Omit<MaskPlan, 'source'> & { source: Exclude<Source, 'given'> },
  read: Read,
): Promise<Map<GroupId, Uint32Array>> {
  const { groups, threshold, budget, least } = plan;
  const members = new Map<GroupId, readonly Float64Array[]>();
  for (const group of groups) members.set(group.id, await sizesOf(plan, group, read));
  if (!threshold) return byFlops(groups, members, budget);
  const flat = groups.flatMap(({ id }) => members.get(id)!);
  const sets = pruneSets(threshold, flat);
  const kept = new Map<GroupId, Uint32Array>();
  let at = 0;
  for (const { id, channels } of groups) {
    const sizes = members.get(id)!;
    const own = sets.slice(at, (at += sizes.length));
    own.forEach((off, i) => keepAtLeast(off, sizes[i]!, least(channels)));
    const off = keepAtLeast(votedOff(own), meanOf(sizes.map((one) => ({ sizes: one }))), least(channels));
    kept.set(id, Uint32Array.from([...off.keys()].filter((channel) => off[channel] === 0)));
  }
  return kept;
}

/** Sizes of each of a group's layers by channel. */
async function sizesOf(
  { graph, scales, source }: Pick<MaskPlan, 'graph' | 'scales' | 'source'>,
  group: PruneGroup,
  read: Read,
): Promise<Float64Array[]> {
  if (source === 'magnitude') return [relative(await filterNorms(graph, group, read))];
  const sizes = await scaleSizes(group, scales, read);
  if (source !== 'uniform') return sizes.map((member) => member.sizes);
  // Places within the group, so that one bound takes the same share of every group.
  return [places(meanOf(sizes))];
}

/** By channel the norm of the weights that make it (the filters), all layers of the group together. */
const filterNorms = async (graph: ModelGraph, group: PruneGroup, read: Read): Promise<Float64Array> =>
  (await filterSums(graph, group, read, (weight) => weight ** 2)).map(Math.sqrt);

function places(scores: Float64Array): Float64Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || b - a);
  const out = new Float64Array(scores.length);
  order.forEach(
    (channel, i) => (out[channel] = scores[channel] === Infinity ? Infinity : (i + 1) / scores.length),
  );
  return out;
}

function byFlops(
  groups: readonly PruneGroup[],
  members: ReadonlyMap<GroupId, readonly Float64Array[]>,
  budget: Budget,
): Map<GroupId, Uint32Array> {
  const means = groups.map(
    ({ id }) => [id, relative(meanOf(members.get(id)!.map((sizes) => ({ sizes }))))] as const,
  );
  const scores = new Map(means);
  const widths = keptWidths(budget, scores);
  return new Map(groups.map(({ id }) => [id, largest(scores.get(id)!, widths.get(id)!)]));
}

/** What a recipe says of the threshold. */
export function thresholdOf({
  options,
  sparsity,
}: Pick<Recipe, 'options' | 'sparsity'>): Threshold | undefined {
  switch (options['threshold']) {
    case 'absolute':
      return { kind: 'absolute', tau: Number(options['tau']) };
    case 'energy':
      return { kind: 'energy', share: Number(options['energy']) };
    case 'quantile':
      return { kind: 'quantile', q: sparsity };
    default:
      return undefined;
  }
}

/** Channels that two masks keep both, as a share of those that either keeps (compare_IOU_channel.py). */
export function maskIoU(a: Kept, b: Kept): number {
  let [both, either] = [0, 0];
  for (const [id, kept] of a) {
    const other = new Set(b.get(id));
    const shared = kept.reduce((count, channel) => count + Number(other.has(channel)), 0);
    both += shared;
    either += kept.length + other.size - shared;
  }
  return either === 0 ? 1 : both / either;
}
