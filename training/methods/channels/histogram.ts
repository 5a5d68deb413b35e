// How BatchNorm scales are spread, for views to draw.

/** One bin for each 0.1 from 0 to 2; what is larger counts as 2. */
export const edges = Array.from({ length: 21 }, (_, i) => i / 10);

export function counted(values: readonly number[]): number[] {
  const counts = edges.slice(1).map(() => 0);
  for (const value of values) counts[Math.min(counts.length - 1, Math.floor(value * 10))]!++;
  return counts;
}
