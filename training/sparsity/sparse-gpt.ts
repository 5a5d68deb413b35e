// SparseGPT: prunes a layer column by column and lets the weights to the right make up for what went (Frantar & Alistarh
// 2023, arXiv 2301.00774, algorithm 1). Optimal Brain Surgeon with one order of columns for all rows.
import { fits, type Fit, misfit } from '../../core/sparsity/fit';
import { packMask, type Mask } from '../../core/sparsity/mask';
import type { Pattern, WeightMatrix } from '../../core/sparsity/pattern';
import { keepHighest } from '../../core/sparsity/patterns/keep-highest';

export interface SparseGptOptions {
  readonly pattern: Pattern;
  /** Share to prune; an N:M pattern has its own. */
  readonly sparsity: number;
  /** λ as a share of the mean of the Hessian's diagonal; the paper's 0.01. */
  readonly damping?: number;
  /** Columns whose mask is chosen together; the paper's 128. */
  readonly block?: number;
  /** False keeps the weights that stay as they are: the ablation. */
  readonly compensate?: boolean;
}

export interface SparseGptResult {
  readonly mask: Mask;
  /** rows × cols, zero where the mask says so. */
  readonly weights: Float32Array;
}

/** Unstructured and N:M: what the order of columns leaves room for. */
export const sparseGptFits = ({ id }: Pattern): Fit =>
  id === 'unstructured' || nmOf(id)
    ? fits
    : misfit(`SparseGPT prunes unstructured or N:M, not ${id}: take another pattern or criterion`);

const nmOf = (id: string) => /^(\d+):(\d+)$/.exec(id)?.slice(1).map(Number) as [number, number] | undefined;

/**
 * @param weights rows × cols. @param gram XᵀX of the layer's inputs, groups × cols × cols: each group of rows has its own.
 */
export function sparseGpt(
  weights: Float32Array,
  matrix: WeightMatrix,
  gram: Float64Array,
  { pattern, sparsity, damping = 0.01, block = 128, compensate = true }: SparseGptOptions,
): SparseGptResult {
  const { rows, cols, groups = 1 } = matrix;
  const nm = nmOf(pattern.id);
  const out = Float64Array.from(weights);
  const keep = new Uint8Array(weights.length).fill(1);
  const width = nm ? Math.ceil(block / nm[1]) * nm[1] : block;
  const perGroup = rows / groups;
  for (let g = 0; g < groups; g++) {
    const own = gram.subarray(g * cols * cols, (g + 1) * cols * cols);
    // An input that is always zero says nothing of its weights: they go first.
    const dead = Array.from({ length: cols }, (_, i) => own[i * cols + i] === 0);
    const factor = inverseFactor(own, cols, damping);
    const part = { first: g * perGroup, rows: perGroup, cols, factor, dead };
    for (let from = 0; from < cols; from += width)
      pruneBlock(out, keep, part, from, Math.min(cols, from + width), nm ?? sparsity, compensate);
  }
  return { mask: packMask([rows, cols], keep), weights: Float32Array.from(out) };
}

interface Part {
  readonly first: number;
  readonly rows: number;
  readonly cols: number;
  /** Upper triangular U with H⁻¹ = UᵀU: its row j is what OBS needs once the columns before j are settled. */
  readonly factor: Float64Array;
  readonly dead: readonly boolean[];
}

/** Columns `from` … `to`: the mask of w²/[U]ⱼⱼ², then column by column the error goes to all columns to the right. */
function pruneBlock(
  w: Float64Array,
  keep: Uint8Array,
  { first, rows, cols, factor, dead }: Part,
  from: number,
  to: number,
  target: number | readonly [number, number],
  compensate: boolean,
): void {
  const at = (row: number, col: number) => (first + row) * cols + col;
  const choose = (begin: number, end: number, rowFrom: number, rowTo: number, count: number) => {
    const width = end - begin;
    const scores = Float64Array.from({ length: (rowTo - rowFrom) * width }, (_, i) => {
      const col = begin + (i % width);
      const value = w[at(rowFrom + Math.floor(i / width), col)]! / factor[col * cols + col]!;
      return dead[col] ? -1 : value * value;
    });
    keepHighest(scores, count).forEach((bit, i) => {
      keep[at(rowFrom + Math.floor(i / width), begin + (i % width))] = bit;
    });
  };
  // The mask of a whole block is chosen before any of its columns changes; N:M groups one after another, as they change.
  if (typeof target === 'number') choose(from, to, 0, rows, Math.round((1 - target) * rows * (to - from)));
  for (let col = from; col < to; col++) {
    if (typeof target !== 'number' && col % target[1] === 0)
      for (let row = 0; row < rows; row++)
        choose(col, Math.min(to, col + target[1]), row, row + 1, target[0]);
    for (let row = 0; row < rows; row++) {
      const i = at(row, col);
      if (keep[i] === 1) continue;
      const error = w[i]! / factor[col * cols + col]!;
      w[i] = 0;
      if (!compensate || dead[col]) continue;
      for (let next = col + 1; next < cols; next++) w[at(row, next)]! -= error * factor[col * cols + next]!;
    }
  }
}

/** The upper Cholesky factor of (G + λI)⁻¹. Computed in float64; throws one line where G is no Gram matrix. */
export function inverseFactor(gram: Float64Array, n: number, damping: number): Float64Array {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += gram[i * n + i]! / n;
  // A layer that sees only zeros can be pruned in any way.
  const lambda = damping * mean || 1;
  // Backwards: with J the reversal, JHJ = LLᵀ gives H = (JLJ)(JLJ)ᵀ with JLJ upper, so H⁻¹ = UᵀU with U = (JLJ)⁻¹ upper.
  const lower = new Float64Array(n * n);
  const h = (i: number, j: number) => gram[(n - 1 - i) * n + (n - 1 - j)]! + (i === j ? lambda : 0);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = h(i, j);
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j && !(sum > 0))
        throw new Error('the statistics of a layer’s inputs are no Gram matrix: raise the damping');
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  // L⁻¹, by rows, which is lower; reversed on both axes it is U.
  const factor = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, (i + 1) * n);
    row[i] = 1;
    for (let k = 0; k < i; k++) {
      const scale = lower[i * n + k]!;
      if (scale === 0) continue;
      for (let j = 0; j <= k; j++) row[j]! -= scale * inverse[k * n + j]!;
    }
    for (let j = 0; j <= i; j++) row[j]! /= lower[i * n + i]!;
    for (let j = 0; j <= i; j++) factor[(n - 1 - i) * n + (n - 1 - j)] = row[j]!;
  }
  return factor;
}
