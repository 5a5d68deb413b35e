// Which channels stay: scores by class of coupled channels, widths by class or by one threshold over all.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import type { Recipe } from '../../../core/recipe/recipe';
import { type Dial, firstOf, type Kept, largest } from '../../../core/sparsity/allocators/channels/dial';
import { relative } from '../../../core/sparsity/allocators/channels/threshold';
import { seeded, seedFor } from '../../executor/random';
import { filterSums } from '../channels/filters';
import { meanOf, scaleParams, scaleSizes } from '../channels/scales';

export type Criterion = 'bnGamma' | 'l1' | 'random';
export type Scope = 'layer' | 'global';

export interface Cut {
  readonly graph: ModelGraph;
  /** Classes of channels that stay or go as one. */
  readonly groups: readonly PruneGroup[];
  /** Share of channels that goes, 0 … 1; the most that may go where a budget says how many. */
  readonly ratio: number;
  readonly scope: Scope;
  readonly criterion: Criterion;
  /** Kept widths are rounded up to a multiple of this, within the class. */
  readonly roundTo: number;
  readonly minChannels: number;
  /** Of chance. */
  readonly seed: number;
}

export const cutOf = (
  { sparsity, options, training }: Recipe,
  { graph, groups }: Pick<Cut, 'graph' | 'groups'>,
): Cut => ({
  ...{ graph, groups, ratio: sparsity ?? 1, seed: training.seed },
  scope: options['scope'] as Scope,
  criterion: options['criterion'] as Criterion,
  roundTo: Number(options['roundTo']),
  minChannels: Number(options['minChannels']),
});

/**
 * The channels of each class that stay, ascending; as the weights are now.
 * @param turn where a budget says how many: chooses among all ratios up to the cut's.
 */
export async function keptChannels(
  cut: Cut,
  read: (name: ParamName) => Promise<TensorData>,
  turn?: (dial: Dial) => Promise<Kept>,
): Promise<Kept> {
  const scores = new Map<GroupId, Float64Array>();
  for (const group of cut.groups) scores.set(group.id, await scoresOf(cut, group, read));
  const kept = (ratio: number): Kept => {
    const own = { ...cut, ratio };
    const widths = cut.scope === 'layer' ? layerWidths(own) : globalWidths(own, scores);
    return new Map([...scores].map(([id, score]) => [id, largest(score, widths.get(id)!)]));
  };
  if (!turn) return kept(cut.ratio);
  const steps = cut.groups.reduce((sum, { channels }) => sum + channels, 0);
  return turn({ steps, kept: (step) => kept((step / steps) * cut.ratio) });
}

/** The fewest channels that any ratio leaves; with scope global, which spares the largest scores, more will stay. */
export const leastChannels = (cut: Cut): Kept => firstOf(layerWidths({ ...cut, ratio: 1 }));

/** max(minChannels, round((1 − ratio) · C)) of a class of C channels, rounded up. No weight is looked at. */
export const layerWidths = (cut: Cut): Map<GroupId, number> =>
  new Map(
    cut.groups.map(({ id, channels }) => [
      id,
      rounded(cut, Math.round((1 - cut.ratio) * channels), channels),
    ]),
  );

/**
 * What reaches the ratio's quantile of all scores stays; the bound is no higher than the largest score of any class, so that
 * none dies (Network Slimming, Liu et al. 2017, with the cap of its ports to YOLO).
 */
export function globalWidths(cut: Cut, scores: ReadonlyMap<GroupId, Float64Array>): Map<GroupId, number> {
  const all = Float64Array.from([...scores.values()].flatMap((score) => [...score])).sort();
  const quantile = all[Math.floor(cut.ratio * all.length)] ?? Infinity;
  const bound = Math.min(quantile, ...[...scores.values()].map((score) => Math.max(...score)));
  const stays = (score: Float64Array) => score.reduce((sum, value) => sum + Number(value >= bound), 0);
  return new Map(cut.groups.map(({ id, channels }) => [id, rounded(cut, stays(scores.get(id)!), channels)]));
}

function rounded({ roundTo, minChannels }: Cut, width: number, channels: number): number {
  const least = Math.max(1, minChannels, width);
  return Math.min(channels, Math.ceil(least / roundTo) * roundTo);
}

/** The mean over everything that makes or scales a channel, however many layers a shortcut ties. */
async function scoresOf(
  { graph, criterion, seed }: Cut,
  group: PruneGroup,
  read: (name: ParamName) => Promise<TensorData>,
): Promise<Float64Array> {
  switch (criterion) {
    case 'bnGamma':
      return meanOf(await scaleSizes(group, scaleParams(graph), read));
    case 'l1':
      // Filters of different sizes have norms that say nothing of one another.
      return relative(await filterSums(graph, group, read, Math.abs));
    case 'random': {
      const random = seeded(seedFor(seed, `channels of ${group.id}`));
      return Float64Array.from({ length: group.channels }, () => random.next());
    }
  }
}
