// One threshold over all groups: the lowest that removes the wanted share of FLOPs.
import { graphCost } from '../../../core/graph/cost';
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { shrink } from '../../../core/graph/surgery';

export interface Budget {
  readonly graph: ModelGraph;
  /** The groups whose channels may go. */
  readonly groups: readonly PruneGroup[];
  /** Share of FLOPs to remove, 0 … 1. */
  readonly target: number;
  /** Kept widths are rounded up to a multiple of this, and never below it. */
  readonly roundTo: number;
}

/**
 * How many channels each group keeps when the channels with the lowest scores go, as few as reach the target.
 * Throws one line when even the narrowest widths do not.
 */
export function keptWidths(budget: Budget, scores: ReadonlyMap<GroupId, Float64Array>): Map<GroupId, number> {
  requireReachable(budget);
  const all = budget.groups
    .flatMap(({ id }) =>
      [...scores.get(id)!].map((score) => ({ id, score: Number.isNaN(score) ? -Infinity : score })),
    )
    .sort((a, b) => a.score - b.score);
  const widthsWithout = (count: number) => {
    const gone = new Map<GroupId, number>();
    for (const { id } of all.slice(0, count)) gone.set(id, (gone.get(id) ?? 0) + 1);
    return new Map(
      budget.groups.map(({ id, channels }) => [
        id,
        rounded(channels - (gone.get(id) ?? 0), channels, budget.roundTo),
      ]),
    );
  };
  // Removing more channels never costs FLOPs, so the smallest count that is enough can be bisected.
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (removedShare(budget, widthsWithout(middle)) >= budget.target) high = middle;
    else low = middle + 1;
  }
  return widthsWithout(low);
}

/** Throws one line when the target is out of reach; known before anything is trained. */
export function requireReachable(budget: Budget): void {
  const { graph, groups, target, roundTo } = budget;
  const most = removedShare(
    budget,
    new Map(groups.map(({ id, channels }) => [id, rounded(0, channels, roundTo)])),
  );
  if (most >= target) return;
  throw new Error(
    `at most ${percent(most)} of the FLOPs of ${graph.name} can be removed with widths of at least ${roundTo}; ` +
      `sparsity asks for ${percent(target)}: lower sparsity or roundTo`,
  );
}

/** FLOPs depend on widths alone, so which channels stay does not matter here. */
export function removedShare({ graph }: Budget, widths: ReadonlyMap<GroupId, number>): number {
  const kept = new Map(
    [...widths].map(([id, width]) => [id, Uint32Array.from({ length: width }, (_, i) => i)]),
  );
  return 1 - graphCost(shrink(graph, kept).graph).flops / graphCost(graph).flops;
}

const rounded = (left: number, channels: number, roundTo: number): number =>
  Math.min(channels, Math.max(1, Math.ceil(left / roundTo)) * roundTo);

/** Rounded down: what is said to be possible must be. */
const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;
