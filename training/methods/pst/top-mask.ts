// The mask of PST: exactly the highest scores of one matrix stay. To be `core/sparsity/patterns/unstructured` once that is there.
import { bytesPerElement } from '../../../core/graph/cost';
import { fits, misfit } from '../../../core/sparsity/fit';
import { packMask } from '../../../core/sparsity/mask';
import type { Pattern } from '../../../core/sparsity/pattern';

export const topMask: Pattern = {
  id: 'unstructured',
  label: 'unstructured',
  kind: 'weight',
  sparsity: { min: 0, max: 0.99 },
  fits: ({ rows, cols }) => (rows * cols > 1 ? fits : misfit('has a single weight')),
  mask: (scores, { rows, cols }, density) =>
    packMask([rows, cols], highest(scores, Math.round(density * rows * cols))),
  /** A bit a weight and the values that are kept. */
  bytes: ({ rows, cols }, dtype) => rows * cols * bytesPerElement[dtype] + Math.ceil((rows * cols) / 8),
};

/** 1 for the `count` highest; of equal scores the first stay. What is no number is lowest. */
function highest(scores: Float32Array, count: number): Uint8Array {
  const known = scores.map((score) => (Number.isNaN(score) ? -Infinity : score));
  const keep = new Uint8Array(known.length);
  if (count <= 0) return keep;
  const threshold = known.slice().sort()[known.length - count]!;
  let left = count;
  for (let i = 0; i < known.length; i++) if (known[i]! > threshold) [keep[i], left] = [1, left - 1];
  for (let i = 0; i < known.length && left > 0; i++)
    if (known[i] === threshold) [keep[i], left] = [1, left - 1];
  return keep;
}
