// Turns a dial until a budget is met, by counting or by timing, and says what came of it.
import type { ModelGraph } from '../../../core/graph/model-graph';
import { widthCost } from '../../../core/graph/width-cost';
import type { Budget, BudgetOutcome } from '../../../core/sparsity/budget';
import { type Dial, type Kept, widthsOf } from '../../../core/sparsity/allocators/channels/dial';
import { meetCost, requireCost, shareOf } from '../../../core/sparsity/allocators/channels/meet-cost';
import {
  meetMilliseconds,
  requireMilliseconds,
  type Target,
  type TimeGoal,
} from '../../../core/sparsity/allocators/channels/meet-milliseconds';

export interface Met {
  readonly kept: Kept;
  readonly outcome: BudgetOutcome;
}

/** Rejects with one line where not even the least that a method leaves meets the budget. */
export async function requireMeetable(
  graph: ModelGraph,
  least: Kept,
  { macs, milliseconds }: Budget,
  target: Target,
): Promise<void> {
  if (milliseconds === undefined) requireCost(graph, least, { of: 'macs', share: macs });
  else await requireMilliseconds(target, { name: graph.name, milliseconds }, least);
}

/** Rejects with one line, and the numbers, where the budget cannot be met. @param target what milliseconds are of. */
export async function meet(
  graph: ModelGraph,
  dial: Dial,
  budget: Budget,
  target: Target,
  onMeasure?: TimeGoal['onMeasure'],
): Promise<Met> {
  const cost = widthCost(graph);
  const macs = (kept: Kept) => ({ dense: cost(new Map()).macs, sparse: cost(widthsOf(kept)).macs });
  if (budget.milliseconds === undefined) {
    const kept = meetCost(graph, dial, { of: 'macs', share: budget.macs });
    return { kept, outcome: { asked: budget, macs: macs(kept) } };
  }
  const { kept, ...times } = await meetMilliseconds(target, {
    ...{ name: graph.name, milliseconds: budget.milliseconds, dial, shareOf: shareOf(graph, 'macs') },
    ...(onMeasure ? { onMeasure } : {}),
  });
  return { kept, outcome: { asked: budget, macs: macs(kept), latency: { device: target.name, ...times } } };
}
