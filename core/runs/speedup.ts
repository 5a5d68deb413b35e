// When a measured ratio may be called a speed-up, and how it is written. One place, so that no view is kinder than another.
import type { Comparison, Spread } from './latency-report';

/** A speed-up is a ratio above 1 with its whole 10–90 interval, on a target that has something faster to run. */
export const isSpeedup = ({ speedup, verdict }: Comparison): boolean => verdict.engages && speedup.low > 1;

/** `1.84× (1.79 – 1.90)`. */
export const formatRatio = ({ median, low, high }: Spread): string =>
  `${median.toFixed(2)}× (${low.toFixed(2)} – ${high.toFixed(2)})`;
