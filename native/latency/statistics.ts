// Order statistics of measurements: medians and percentiles, which a few disturbed rounds cannot move.
import type { Quartiles, Spread } from '../../core/runs/latency-report';

/** Linear interpolation between the two nearest order statistics (Hyndman & Fan's type 7). `sorted` is ascending, not empty. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
}

export function quartiles(values: readonly number[]): Quartiles {
  const sorted = ascending(values);
  return { median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75) };
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('nothing was measured');
  return [...values].sort((a, b) => a - b);
}
