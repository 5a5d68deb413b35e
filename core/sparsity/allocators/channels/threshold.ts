// The dial that methods turn: one threshold over the scores of all groups.
import type { GroupId, PruneGroup } from '../../../graph/coupling/group';
import type { Widths } from '../../../graph/width-cost';
import { type Dial, largest } from './dial';

/**
 * The channels with the lowest scores of all go first, one a step; scores count in multiples of their group's mean.
 * Dividing a score by the MACs that its channel saves, as knapsacks do, was tried and is mostly worse: it empties the early
 * layers, whose few channels are dear, and a net is as good as its narrowest layer (docs/pruning.md has the figures).
 * @param roundTo kept widths are rounded up to a multiple of this, and never below it.
 */
export function thresholdDial(
  groups: readonly PruneGroup[],
  scores: ReadonlyMap<GroupId, Float64Array>,
  roundTo: number,
): Dial {
  const known = new Map(groups.map(({ id }) => [id, relative(scores.get(id)!)]));
  const order = [...known]
    .flatMap(([id, own]) => [...own].map((score) => ({ id, score: Number.isNaN(score) ? -Infinity : score })))
    .sort((a, b) => a.score - b.score);
  return {
    steps: order.length,
    kept(step) {
      const gone = new Map<GroupId, number>();
      for (const { id } of order.slice(0, step)) gone.set(id, (gone.get(id) ?? 0) + 1);
      return new Map(
        groups.map(({ id, channels }) => [
          id,
          largest(known.get(id)!, rounded(channels - (gone.get(id) ?? 0), channels, roundTo)),
        ]),
      );
    },
  };
}

/** The fewest channels that stay of each group. */
export const leastWidths = (groups: readonly PruneGroup[], roundTo: number): Widths =>
  new Map(groups.map(({ id, channels }) => [id, rounded(0, channels, roundTo)]));

const rounded = (left: number, channels: number, roundTo: number): number =>
  Math.min(channels, Math.max(1, Math.ceil(left / roundTo)) * roundTo);

/** Scores as multiples of their mean. */
export function relative(scores: Float64Array): Float64Array {
  const known = scores.filter(Number.isFinite);
  const level = known.reduce((sum, score) => sum + score, 0) / known.length || 1;
  return scores.map((score) => score / level);
}
