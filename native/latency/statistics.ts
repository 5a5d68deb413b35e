// Order statistics of measurements: medians and percentiles, which a few disturbed rounds cannot move.
import type { Spread } from '../../core/runs/latency-report';

/** Linear interpolation between the two nearest order statistics (Hyndman & Fan's type 7). `sorted` is ascending, not empty. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
}
