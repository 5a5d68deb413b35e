// The keep mask: which channels of each group stay, from scales, from weights, as a plain share, or as somebody gives it.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import type { Recipe } from '../../../core/recipe/recipe';
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import type { Dial, Kept } from '../../../core/sparsity/allocators/channels/dial';
import { relative, thresholdDial } from '../../../core/sparsity/allocators/channels/threshold';
import { filterSums } from '../channels/filters';
import { meanOf, scaleSizes } from '../channels/scales';
import { pruneSets, type Threshold } from './threshold';
import { keepAtLeast, votedOff } from './vote';

export type Source = 'global-sparse' | 'baseline' | 'magnitude' | 'uniform' | 'given';

export interface MaskPlan {
  readonly graph: ModelGraph;
  readonly groups: readonly PruneGroup[];
  readonly scales: ReadonlySet<ParamName>;
  readonly source: Source;
  readonly threshold: Threshold | Turned;
  /** Of the widths that FLOPs or a budget leave. */
  readonly roundTo: number;
  /** Channels that a group of so many keeps whatever its sizes. */
  readonly least: (channels: number) => number;
  /** How far the dial goes that a {@link Turned} names. */
  readonly turn: (dial: Dial) => Kept | Promise<Kept>;
}

/** A threshold that is as high as FLOPs or a budget ask for: over the scores of groups, or a quantile of all layers. */
export type Turned = 'scores' | 'quantiles';

type Read = (name: ParamName) => Promise<TensorData>;
type Members = ReadonlyMap<GroupId, readonly Float64Array[]>;

/** The mask as the weights are now. Of the sources, `given` needs none. */
export async function keepMask(
  plan: Omit<MaskPlan, 'source'> & { source: Exclude<Source, 'given'> },
  read: Read,
): Promise<Kept> {
  const { groups, threshold, roundTo, turn } = plan;
  const members = new Map<GroupId, readonly Float64Array[]>();
  for (const group of groups) members.set(group.id, await sizesOf(plan, group, read));
  if (threshold === 'scores') {
    const scores = new Map(
      [...members].map(([id, sizes]) => [id, meanOf(sizes.map((one) => ({ sizes: one })))]),
    );
    return turn(thresholdDial(groups, scores, roundTo));
  }
  if (threshold !== 'quantiles') return keptBy(plan, members, threshold);
  const steps = groups.reduce((sum, { channels }) => sum + channels, 0);
  return turn({ steps, kept: (step) => keptBy(plan, members, { kind: 'quantile', q: step / steps }) });
}

function keptBy(
  { groups, least }: Pick<MaskPlan, 'groups' | 'least'>,
  members: Members,
  threshold: Threshold,
): Kept {
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

/** What a recipe says of the threshold. */
export function thresholdOf(recipe: Recipe): Threshold | Turned {
  const { options } = recipe;
  switch (options['threshold']) {
    case 'absolute':
      return { kind: 'absolute', tau: Number(options['tau']) };
    case 'energy':
      return { kind: 'energy', share: Number(options['energy']) };
    case 'quantile':
      return recipe.budget ? 'quantiles' : { kind: 'quantile', q: sparsityOf(recipe) };
    default:
      return 'scores';
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
