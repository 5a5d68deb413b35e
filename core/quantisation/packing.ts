// Whole-number weights as bytes, alone or with the places of a 2:4 or pair-wise 4:8 pattern.
import { keptWeights, type PackedPattern, placesOf } from '../sparsity/compressed';
import type { Mask } from '../sparsity/mask';
import type { Bits } from './grid';

export interface Packed {
  readonly rows: number;
  readonly cols: number;
  readonly bits: Bits;
  /** Kept values, row by row, as {@link toBytes} packs them. */
  readonly values: Uint8Array;
  /** Place of each kept unit in its group, 2 bits, four in a byte from the lowest bits on. */
  readonly index: Uint8Array;
}

/** @param ints rows × cols. @param mask of the same shape. Throws where a group does not keep what the pattern says. */
export function pack(ints: Int8Array, mask: Mask, pattern: PackedPattern, bits: Bits): Packed {
  const [rows, cols] = mask.shape as [number, number];
  const { index, kept } = placesOf(mask, pattern);
  const values = Int8Array.from(kept, (i) => ints[i]!);
  const count = (list: Int8Array) => list.reduce((n, value) => n + (value === 0 ? 0 : 1), 0);
  if (count(values) !== count(ints)) throw new Error('the weights do not follow their mask');
  return { rows, cols, bits, values: toBytes(values, bits), index };
}

/** rows × cols, zeros where nothing is kept. */
export function unpack({ rows, cols, bits, values, index }: Packed, pattern: PackedPattern): Int8Array {
  const out = new Int8Array(rows * cols);
  const kept = keptWeights(index, out.length, pattern);
  fromBytes(values, kept.length, bits).forEach((value, i) => (out[kept[i]!] = value));
  return out;
}

/** Bits of a weight in this form, scales aside: 20 of 4 × 8 for 2:4 INT8, 20 of 8 × 4 for 4:8 INT4. */
export const bitsPerWeight = ({ unit, kept, of }: PackedPattern, bits: Bits): number =>
  (kept * (unit * bits + 2)) / (unit * of);

/** How many times smaller than float32: 6.4 of 2:4 INT8, 12.8 of 4:8 INT4. */
export const packedRatio = (pattern: PackedPattern, bits: Bits): number => 32 / bitsPerWeight(pattern, bits);

/** One byte each, or two in a byte with the first in the low half; two's complement. */
export function toBytes(values: Int8Array, bits: Bits): Uint8Array {
  if (bits === 8) return Uint8Array.from(values, (value) => value & 0xff);
  const bytes = new Uint8Array(Math.ceil(values.length / 2));
  values.forEach((value, at) => (bytes[at >> 1]! |= (value & 0xf) << (4 * (at & 1))));
  return bytes;
}

/** The way back of {@link toBytes}. */
export const fromBytes = (bytes: Uint8Array, count: number, bits: Bits): Int8Array =>
  Int8Array.from({ length: count }, (_, at) =>
    bits === 8 ? (bytes[at]! << 24) >> 24 : (((bytes[at >> 1]! >> (4 * (at & 1))) & 0xf) << 28) >> 28,
  );
