// What a run came to, and how its metrics are written down: the model before and after, by metrics, zeros and cost.
import { graphCost } from '../../core/graph/cost';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { MetricPoint, Metrics, RunResult } from '../../core/runs/run-record';
import type { Model } from './model';

/** @param before of the dense model. @param density share of the prunable weights that are left. */
export function outcomeOf(
  denseGraph: ModelGraph,
  model: Model,
  { before, after, density, seconds }: Readonly<{ before: Metrics; after: Metrics } & Progress>,
): RunResult {
  const [dense, sparse] = [graphCost(denseGraph), graphCost(model.graph)];
  return {
    denseAccuracy: shareOf(before),
    accuracy: shareOf(after),
    metrics: { dense: before, sparse: after },
    sparsity: 1 - density,
    params: { dense: dense.params, sparse: sparse.params - model.zeros() },
    flops: { dense: dense.flops, sparse: sparse.flops },
    seconds,
  };
}

interface Progress {
  readonly density: number;
  readonly seconds: number;
}

/** What 0.1.0 knew a model by. */
export const shareOf = ({ accuracy, mAP50 }: Metrics): number => accuracy ?? mAP50 ?? 0;

/** Accuracy keeps its own field, where views have always looked for it. */
export const measuredPoint = (metrics: Metrics): Pick<MetricPoint, 'testAccuracy' | 'metrics'> => ({
  ...(metrics['accuracy'] === undefined ? {} : { testAccuracy: metrics['accuracy'] }),
  metrics,
});
