// A mask in packed bits: 1 keeps the weight, 0 prunes it. One bit a weight, in the weight's own row-major order.

export interface Mask {
  readonly shape: readonly number[];
  /** ⌈elements / 8⌉ bytes; weight i is bit i mod 8 (least significant first) of byte ⌊i / 8⌋. */
  readonly bits: Uint8Array;
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);

/** A mask that keeps everything. Padding bits of the last byte are zero, so that counting needs no care. */
export function fullMask(shape: readonly number[]): Mask {
  const count = elementsOf(shape);
  const bits = new Uint8Array(Math.ceil(count / 8)).fill(0xff);
  if (count % 8 !== 0) bits[bits.length - 1] = (1 << (count % 8)) - 1;
  return { shape, bits };
}

/** Packs one entry a weight: anything but zero keeps it. */
export function packMask(shape: readonly number[], keep: ArrayLike<number>): Mask {
  const bits = new Uint8Array(Math.ceil(keep.length / 8));
  for (let i = 0; i < keep.length; i++) if (keep[i]) bits[i >> 3]! |= 1 << (i & 7);
  return { shape, bits };
}

/** Unpacks into one float a weight, 1 or 0, ready to be multiplied with. */
export function unpackMask({ shape, bits }: Mask): Float32Array {
  const out = new Float32Array(elementsOf(shape));
  for (let i = 0; i < out.length; i++) out[i] = (bits[i >> 3]! >> (i & 7)) & 1;
  return out;
}

export const isKept = ({ bits }: Mask, index: number): boolean =>
  ((bits[index >> 3]! >> (index & 7)) & 1) === 1;

const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Share of weights kept, 0 … 1. Sparsity is 1 − density. */
export function density({ shape, bits }: Mask): number {
  let kept = 0;
  for (const byte of bits) kept += ones[byte]!;
  const count = elementsOf(shape);
  return count === 0 ? 1 : kept / count;
}
