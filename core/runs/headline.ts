// What a run is told by: the one metric of its task, and which way is better. Whoever shows, compares or keeps runs asks here.
import { dataKinds, type TargetKind } from '../recipe/data-kinds';
import type { Recipe } from '../recipe/recipe';
import { isLowerBetter, metricKeys } from './metric-words';
import type { MetricPoint, Metrics, RunResult } from './run-record';

const headlines: Readonly<Record<TargetKind, string>> = {
  classes: 'accuracy',
  tokens: 'perplexity',
  boxes: 'mAP50-95',
};

/** The metric that stands for a model among all that were measured: each task measures what others do not. */
export function headlineKey(metrics: Metrics): string {
  const { tokens, boxes, classes } = headlines;
  const keys = Object.keys(metrics);
  return [tokens, boxes, classes].find((key) => keys.includes(key)) ?? metricKeys(metrics)[0] ?? classes;
}

/** What will be measured, before anything was. A file of tensors does not tell: it is taken for a classifier's. */
export const expectedHeadline = ({ data }: Pick<Recipe, 'data'>): string =>
  headlines[dataKinds.get(data.kind)?.targets ?? 'classes'];

/** Whether a value of a metric is better than another. What is no number is never better. */
export const isBetterValue = (key: string, value: number, than: number): boolean =>
  isLowerBetter(key) ? value < than : value > than;

/** What was measured on test samples at a point; those of 0.1.0 know accuracy alone. */
export const testMetrics = ({ metrics, testAccuracy }: MetricPoint): Metrics | undefined =>
  metrics ?? (testAccuracy === undefined ? undefined : { accuracy: testAccuracy });

export interface Outcome {
  readonly key: string;
  readonly dense: number;
  readonly sparse: number;
}

/** Every metric of a finished run; runs of 0.1.0 know accuracy alone. */
export function outcomesOf({ denseAccuracy, accuracy, metrics }: RunResult): readonly Outcome[] {
  if (!metrics) return [{ key: 'accuracy', dense: denseAccuracy, sparse: accuracy }];
  return metricKeys(metrics.sparse).flatMap((key) => {
    const [dense, sparse] = [metrics.dense[key], metrics.sparse[key]];
    return dense === undefined || sparse === undefined ? [] : [{ key, dense, sparse }];
  });
}

/** The one metric that a finished run is told by. */
export function headlineOf(result: RunResult): Outcome {
  const outcomes = outcomesOf(result);
  const key = headlineKey(Object.fromEntries(outcomes.map((outcome) => [outcome.key, outcome.sparse])));
  return (
    outcomes.find((outcome) => outcome.key === key) ?? {
      key: 'accuracy',
      dense: result.denseAccuracy,
      sparse: result.accuracy,
    }
  );
}
