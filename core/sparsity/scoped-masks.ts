// Masks of several layers at once, scores compared as far as their criterion allows.
import { type Scope } from './criteria/criterion';
import { type Mask, packMask, unpackMask } from './mask';
import type { Pattern, WeightMatrix } from './pattern';
import { knownScore } from './patterns/keep-highest';

/** A layer's weight and its scores, rows × cols in matrix order; higher is kept. */
export interface Scored {
  readonly name: string;
  readonly matrix: WeightMatrix;
  readonly scores: Float32Array;
}

/**
 * One mask a layer, at `density` over all of them. Compared over the model, layers get densities of their own; within
 * rows, every row gets the same, where the pattern fits a single row. A pattern whose density is fixed has it everywhere.
 * Throws one line when a layer would lose all its weights.
 */
export function scopedMasks(
  pattern: Pattern,
  layers: readonly Scored[],
  density: number,
  scope: Scope,
): Mask[] {
  const isFree = pattern.sparsity.min < pattern.sparsity.max;
  if (scope === 'model' && isFree) {
    const shares = sharesOf(layers, density);
    return layers.map((layer, i) => pattern.mask(layer.scores, layer.matrix, shares[i]!));
  }
  return layers.map(({ scores, matrix }) =>
    scope === 'row' ? rowMask(pattern, scores, matrix, density) : pattern.mask(scores, matrix, density),
  );
}

/** Row by row; a pattern that joins rows is compared over the layer. */
function rowMask(pattern: Pattern, scores: Float32Array, matrix: WeightMatrix, density: number): Mask {
  const { rows, cols } = matrix;
  const row = { ...matrix, rows: 1, groups: 1 };
  if (!pattern.fits(row).ok) return pattern.mask(scores, matrix, density);
  const keep = new Float32Array(rows * cols);
  for (let at = 0; at < keep.length; at += cols)
    keep.set(unpackMask(pattern.mask(scores.subarray(at, at + cols), row, density)), at);
  return packMask([rows, cols], keep);
}

/** The share of each layer that lies above one threshold over all of them. Equal scores fall to the first. */
function sharesOf(layers: readonly Scored[], density: number): number[] {
  const all = new Float64Array(layers.reduce((n, { scores }) => n + scores.length, 0));
  let at = 0;
  for (const { scores } of layers) for (const score of scores) all[at++] = knownScore(score);
  all.sort();
  const wanted = Math.round(density * all.length);
  const threshold = all[all.length - wanted] ?? Infinity;
  const above = layers.map(({ scores }) => scores.reduce((n, score) => n + Number(score > threshold), 0));
  let left = wanted - above.reduce((n, count) => n + count, 0);
  return layers.map(({ name, scores }, i) => {
    const equal = scores.reduce((n, score) => n + Number(knownScore(score) === threshold), 0);
    const more = Math.min(left, equal);
    left -= more;
    const kept = above[i]! + more;
    if (kept === 0)
      throw new Error(
        `${name} would lose all its ${scores.length} weights: lower the sparsity, or compare within layers`,
      );
    return kept / scores.length;
  });
}
