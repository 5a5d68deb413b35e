// What a comparison may claim, in words: a speed-up only where it was measured and the target can have one.
import type { Comparison } from '../../core/runs/latency-report';
import { formatRatio, isSpeedup } from '../../core/runs/speedup';

export interface Outcome {
  readonly kind: 'faster' | 'slower' | 'unclear' | 'none';
  /** A word or two, or the ratio with its interval. */
  readonly headline: string;
  /** Why, where nothing is claimed. */
  readonly reason?: string;
}

export function outcome(comparison: Comparison): Outcome {
  const { speedup, verdict } = comparison;
  if (isSpeedup(comparison)) return { kind: 'faster', headline: formatRatio(speedup) };
  if (!verdict.engages) return { kind: 'none', headline: 'no speed-up', reason: verdict.reason };
  if (speedup.high < 1) {
    return { kind: 'slower', headline: 'slower', reason: `dense / sparse is ${formatRatio(speedup)}` };
  }
  const interval = `${speedup.low.toFixed(2)} – ${speedup.high.toFixed(2)}`;
  return {
    kind: 'unclear',
    headline: 'no clear difference',
    reason: `the interval ${interval} of dense / sparse includes 1`,
  };
}

/** `conv2d · 64 × 32 × 3 × 3 → 48 × 24 × 3 × 3`. */
export function shapeText(op: string, dense: readonly number[], sparse: readonly number[]): string {
  const text = (shape: readonly number[]) => shape.join(' × ');
  if (dense.length === 0) return op;
  return `${op} · ${text(dense)}${text(dense) === text(sparse) ? '' : ` → ${text(sparse)}`}`;
}
