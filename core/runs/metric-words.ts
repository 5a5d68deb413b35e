// How test metrics are called and written: one place for the command line, views and the extension.
import type { Metrics } from './run-record';

interface Words {
  readonly name: string;
  /** A plain number rather than a share. */
  readonly plain?: true;
  /** Less of it is better. */
  readonly lower?: true;
}

/** In the order in which they are told. */
const known: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['perplexity', { name: 'perplexity', plain: true, lower: true }],
  ['accuracy', { name: 'test accuracy' }],
  ['mAP50-95', { name: 'mAP50-95' }],
  ['mAP50', { name: 'mAP50' }],
  ['top5', { name: 'top-5 accuracy' }],
  ['calibrationError', { name: 'calibration error', lower: true }],
]);

/** `test accuracy`; a metric that is not known here is called by its key. */
export const metricName = (key: string): string => known.get(key)?.name ?? key;

/** `Test accuracy`, at the beginning of a line; `mAP50` is written as it is. */
export function metricTitle(key: string): string {
  const name = metricName(key);
  return name.startsWith('mAP') ? name : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Whether it is a share, 0 … 1, and written as percent. */
export const isShare = (key: string): boolean => !known.get(key)?.plain;

export const isLowerBetter = (key: string): boolean => known.get(key)?.lower === true;

/** `97.9 %`, `12.3`; `–` for what is no number. */
export function metricText(key: string, value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (isShare(key)) return `${(value * 100).toFixed(1)} %`;
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** Keys in the order in which they are told. */
export function metricKeys(metrics: Metrics): string[] {
  const order = [...known.keys()];
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.keys(metrics).sort((a, b) => place(a) - place(b));
}
