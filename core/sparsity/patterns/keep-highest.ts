// Picks the highest of many scores in the same way on every machine: what the free patterns share.

/**
 * One entry a score, 1 for the `count` highest. Equal scores fall to the lower index; a score that is not a number (a
 * diverged weight) counts as the lowest. Sorting numbers natively is far faster than sorting indices by them.
 */
export function keepHighest(scores: ArrayLike<number>, count: number): Uint8Array {
  const keep = new Uint8Array(scores.length);
  const wanted = Math.min(scores.length, Math.max(0, count));
  if (wanted === 0) return keep;
  const known = Float64Array.from(scores, knownScore);
  const threshold = known.slice().sort()[scores.length - wanted]!;
  let left = wanted;
  for (let i = 0; i < known.length; i++) if (known[i]! > threshold) [keep[i], left] = [1, left - 1];
  for (let i = 0; i < known.length && left > 0; i++)
    if (known[i] === threshold) [keep[i], left] = [1, left - 1];
  return keep;
}

/** A score that is not a number as the lowest. */
export const knownScore = (score: number): number => (Number.isNaN(score) ? -Infinity : score);
