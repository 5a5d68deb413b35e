// Budgets that can be counted: the dial is turned to the first step at which the exact cost of the smaller graph is met.
import type { ModelGraph } from '../../../graph/model-graph';
import { widthCost } from '../../../graph/width-cost';
import { type Dial, firstThat, type Kept, widthsOf } from './dial';

/** What is counted, and how much of the dense model's may be left, 0 … 1. */
export interface CostLimit {
  readonly of: 'macs' | 'flops';
  readonly share: number;
}

/** As much as can stay: never over the limit. Throws one line where even the least is. */
export function meetCost(graph: ModelGraph, dial: Dial, limit: CostLimit): Kept {
  const shareAt = shareOf(graph, limit.of);
  const step = firstThat(dial, (at) => fits(shareAt(dial.kept(at)), limit.share));
  if (step > dial.steps) requireCost(graph, dial.kept(dial.steps), limit);
  return dial.kept(step);
}

/** Throws one line, with the least there is, where these channels cost more than the limit; known before anything is trained. */
export function requireCost(graph: ModelGraph, least: Kept, { of, share }: CostLimit): void {
  const left = shareOf(graph, of)(least);
  if (fits(left, share)) return;
  const widths = `widths of at least ${Math.min(...[...least.values()].map(({ length }) => length))}`;
  throw new Error(
    of === 'flops'
      ? `at most ${downward(1 - left)} of the FLOPs of ${graph.name} can be removed with ${widths}; sparsity asks for ${downward(1 - share)}: lower sparsity or roundTo`
      : `at least ${Math.ceil(left * 1000) / 1000} of the MACs of ${graph.name} stay with ${widths}; ${share} is asked for: raise macs or lower roundTo`,
  );
}

/** Share of the dense model's cost that is left with these channels. */
export function shareOf(graph: ModelGraph, of: CostLimit['of']): (kept: Kept) => number {
  const cost = widthCost(graph);
  const all = cost(new Map())[of];
  return (kept) => cost(widthsOf(kept))[of] / all;
}

/** Shares are quotients: a limit such as 1 − 0.7 must not be missed by the last bit. */
const fits = (left: number, share: number): boolean => left <= share + 1e-12;

/** What is said to be possible must be; the last bits of a quotient are no part of it. */
const downward = (share: number): string => `${Math.floor(share * 1000 + 1e-9) / 10} %`;
