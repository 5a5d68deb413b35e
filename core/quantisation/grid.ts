// Symmetric uniform quantisation in plain numbers: what files hold and what the trained fake quantisation is held against.

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

/** clip(round(w / s), −Q, Q), one scale a row. */
export function toInts(weights: Float32Array, scales: Float32Array, bits: Bits): Int8Array {
  const [cols, most] = [weights.length / scales.length, largestInt(bits)];
  return Int8Array.from(weights, (w, i) => {
    const whole = roundHalfEven(Math.fround(w / scales[Math.floor(i / cols)]!));
    return Math.min(most, Math.max(-most, whole));
  });
}

/** s · q in float32. */
export function fromInts(ints: Int8Array, scales: Float32Array): Float32Array {
  const cols = ints.length / scales.length;
  return Float32Array.from(ints, (q, i) => q * scales[Math.floor(i / cols)]!);
}

/** As IEEE 754 and every tensor library round: a half goes to the even neighbour. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
