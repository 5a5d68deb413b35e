// Symmetric uniform quantisation in plain numbers: what files hold and what the trained fake quantisation is held against.

import { roundHalfEven } from '../round-half-even';

/** Widths of whole numbers that there are kernels for. */
export type Bits = 4 | 8;

/** The largest whole number: 127 or 7. The range is narrow, −Q … Q, so that zero is exactly zero and signs are alike. */
export const largestInt = (bits: Bits): number => 2 ** (bits - 1) - 1;

/** Scales below this are taken for it: a row of zeros has a grid too. */
export const leastScale = 1e-12;

/** One scale a row, s = max|w| / Q in float32. @param weights rows × cols, pruned ones zero. */
export function rowScales(weights: Float32Array, rows: number, bits: Bits): Float32Array {
  const cols = weights.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let most = 0;
    for (let i = row * cols; i < (row + 1) * cols; i++) most = Math.max(most, Math.abs(weights[i]!));
    return Math.max(leastScale, Math.fround(most / largestInt(bits)));
  });
}

/**
 * clip(round(w / s), −Q, Q), as the trained grid has it: the quotient in float32, a half to the even neighbour. The one place
 * where weights become whole numbers.
 * @param most Q.
 */
export const toInt = (weight: number, scale: number, most: number): number =>
  Math.min(most, Math.max(-most, roundHalfEven(Math.fround(weight / scale))));

/** {@link toInt} of a matrix, one scale a row. */
export function toInts(weights: Float32Array, scales: Float32Array, bits: Bits): Int8Array {
  const [cols, most] = [weights.length / scales.length, largestInt(bits)];
  return Int8Array.from(weights, (w, i) => {
    return toInt(w, scales[Math.floor(i / cols)]!, most);
  });
}

/** s · q in float32. */
export function fromInts(ints: Int8Array, scales: Float32Array): Float32Array {
  const cols = ints.length / scales.length;
  return Float32Array.from(ints, (q, i) => q * scales[Math.floor(i / cols)]!);
}
