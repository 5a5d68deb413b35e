// How much each critical layer's features weigh in the second stage, by what they were apart in the first.

export type WeightFactor = 'inverse' | 'proportional' | 'uniform';

/** Mean 1. Where a distance stayed large its error matters less, so `inverse` gives it less. */
export function weightFactors(distances: readonly number[], kind: WeightFactor): number[] {
  const raw = distances.map((f) => (kind === 'uniform' ? 1 : kind === 'inverse' ? 1 / (f + 1e-8) : f + 1e-8));
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => (raw.length * value) / sum);
}
