// Weights after training as small whole numbers, with a scale a row or for so many kept weights: zeros take no part.
import { type Bits, largestInt, toInt } from './grid';

export interface Grid {
  readonly bits: Bits;
  /** Kept weights that share a scale, along a row; absent: a whole row. */
  readonly group?: number;
}

/** One scale for each row of outputs. */
export const int8Rows: Grid = { bits: 8 };
/** One scale for every 16 weights that are kept. */
export const int4Groups: Grid = { bits: 4, group: 16 };

export interface Quantised {
  /** rows × cols, as the weights. */
  readonly codes: Int8Array;
  /** Row by row, group by group. */
  readonly scales: Float32Array;
  /** What the codes stand for: code · scale. */
  readonly values: Float32Array;
}

/**
 * Rounds to the nearest code, with max |w| of a group at the largest.
 * @param weights rows × cols, row-major.
 * @param takesPart whether a weight has a place in a group; by default those that are not zero. Zeros stay zeros.
 */
export function quantise(
  weights: Float32Array,
  cols: number,
  { bits, group = cols }: Grid,
  takesPart = (i: number): boolean => weights[i] !== 0,
): Quantised {
  const most = largestInt(bits);
  const codes = new Int8Array(weights.length);
  const values = new Float32Array(weights.length);
  const scales: number[] = [];
  for (let row = 0; row < weights.length; row += cols) {
    const kept: number[] = [];
    for (let i = row; i < row + cols; i++) if (takesPart(i)) kept.push(i);
    for (let from = 0; from < Math.max(1, kept.length); from += group) {
      const indices = kept.slice(from, from + group);
      const largest = indices.reduce((found, i) => Math.max(found, Math.abs(weights[i]!)), 0);
      const scale = Math.fround(largest / most);
      scales.push(scale);
      if (scale === 0) continue;
      for (const i of indices) {
        codes[i] = toInt(weights[i]!, scale, most);
        values[i] = codes[i] * scale;
      }
    }
  }
  return { codes, scales: Float32Array.from(scales), values };
}

/**
 * Bits that weights take with the pattern's indices: codes of those that are kept, 32 bits a scale.
 * @param index bits that say where a kept weight lies; 2 for 2:4.
 */
export const quantisedBits = (kept: number, scales: number, { bits }: Grid, index = 2): number =>
  kept * (bits + index) + 32 * scales;
