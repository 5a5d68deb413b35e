// What there is to see of the method: scales on their way to zero, what the cut took, and that it took nothing else.
import type { MethodFacts } from '../../../core/runs/run-record';
import { counted, edges } from '../channels/histogram';

/** What is near zero: below the first the channel says next to nothing; the second is what the specification counts. */
const near = [0.01, 0.05] as const;

export interface AfterCut {
  /** Largest difference between the pruned model and the whole one with channels silenced. */
  readonly apart: number;
  /** Shares removed, 0 … 1. */
  readonly params: number;
  readonly macs: number;
}

/** @param scales |γ| of all channels that can go, or of those that stayed. */
export function facts(scales: readonly number[], cut: AfterCut | undefined): MethodFacts {
  const sorted = Float64Array.from(scales).sort();
  return {
    numbers: {
      '|γ|: 10 %': quantile(sorted, 0.1),
      '|γ|: median': quantile(sorted, 0.5),
      '|γ|: 90 %': quantile(sorted, 0.9),
      ...Object.fromEntries(near.map((bound) => [`share of |γ|: below ${bound}`, shareBelow(sorted, bound)])),
      ...(cut
        ? {
            'removed: parameters': cut.params,
            'removed: MACs': cut.macs,
            'pruned − silenced': cut.apart,
          }
        : {}),
    },
    histograms: [{ of: '|γ|', edges, series: { [cut ? 'kept' : 'all']: counted(scales) } }],
  };
}

export const shareBelow = (values: Float64Array, bound: number): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + Number(value < bound), 0) / values.length;

/** Between the two values around the place, in a line. @param sorted ascending. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}
