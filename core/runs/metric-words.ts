// How test metrics are called and written: one place for the command line, views and the extension.
import type { Metrics, RunResult } from './run-record';

interface Words {
  readonly name: string;
  /** A plain number rather than a share. */
  readonly plain?: true;
}

/** In the order in which they are told; what stands for a model is the first of them that it has. */
const known: ReadonlyMap<string, Words> = new Map([
  ['perplexity', { name: 'perplexity', plain: true }],
  ['accuracy', { name: 'test accuracy' }],
  ['mAP50', { name: 'mAP50' }],
  ['mAP50-95', { name: 'mAP50-95' }],
  ['top5', { name: 'top-5 accuracy' }],
  ['calibrationError', { name: 'calibration error' }],
]);

/** `test accuracy`; a metric that is not known here is called by its key. */
export const metricName = (key: string): string => known.get(key)?.name ?? key;

/** `97.9 %`, `12.3`. */
export function metricText(key: string, value: number): string {
  if (!known.get(key)?.plain) return `${(value * 100).toFixed(1)} %`;
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** Keys in the order in which they are told. */
export function metricKeys(metrics: Metrics): string[] {
  const order = [...known.keys()];
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.keys(metrics).sort((a, b) => place(a) - place(b));
}

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
export const headlineOf = (result: RunResult): Outcome =>
  outcomesOf(result)[0] ?? { key: 'accuracy', dense: result.denseAccuracy, sparse: result.accuracy };
