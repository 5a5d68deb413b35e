// Whole-number weights in a 2:4 or pair-wise 4:8 pattern as bytes: kept values, and two bits for where each kept unit lies.
import { isKept, type Mask } from '../sparsity/mask';
import type { Bits } from './grid';

/** Of every `of` units of `unit` neighbours along the reduction `kept` are kept. */
export interface PackedPattern {
  readonly unit: number;
  readonly kept: number;
  readonly of: 4;
}

export const packedPatterns: Readonly<Record<string, PackedPattern>> = {
  '2:4': { unit: 1, kept: 2, of: 4 },
  '4:8-pairs': { unit: 2, kept: 2, of: 4 },
};

export interface Packed {
  readonly rows: number;
  readonly cols: number;
  readonly bits: Bits;
  /** Kept values, row by row: one byte each, or two in a byte with the first in the low half; two's complement. */
  readonly values: Uint8Array;
  /** Place of each kept unit in its group, 2 bits, four in a byte from the lowest bits on. */
  readonly index: Uint8Array;
}

/** @param ints rows × cols. @param mask of the same shape. Throws where a group does not keep what the pattern says. */
export function pack(ints: Int8Array, mask: Mask, pattern: PackedPattern, bits: Bits): Packed {
  const [rows, cols] = mask.shape as [number, number];
  const { unit, kept, of } = pattern;
  const group = unit * of;
  if (cols % group !== 0) throw new Error(`a reduction of ${cols} does not divide into groups of ${group}`);
  const units = ((rows * cols) / group) * kept;
  const values = new Uint8Array(Math.ceil((units * unit * bits) / 8));
  const index = new Uint8Array(Math.ceil(units / 4));
  let at = 0;
  for (let start = 0; start < ints.length; start += group) {
    const from = at;
    for (let place = 0; place < of; place++) {
      const first = start + place * unit;
      const keeps = isKept(mask, first);
      for (let i = first; i < first + unit; i++)
        if (isKept(mask, i) !== keeps || (!keeps && ints[i] !== 0))
          throw new Error(`the weights from ${start} on do not follow their mask`);
      if (!keeps) continue;
      if (at < units) index[at >> 2]! |= place << (2 * (at & 3));
      for (let j = 0; j < unit; j++) put(values, at * unit + j, ints[first + j]!, bits);
      at++;
    }
    if (at - from !== kept)
      throw new Error(`the ${of} units from weight ${start} on keep ${at - from} instead of ${kept}`);
  }
  return { rows, cols, bits, values, index };
}

/** rows × cols, zeros where nothing is kept. */
export function unpack({ rows, cols, bits, values, index }: Packed, pattern: PackedPattern): Int8Array {
  const { unit, kept, of } = pattern;
  const out = new Int8Array(rows * cols);
  const units = (out.length / (unit * of)) * kept;
  for (let at = 0; at < units; at++) {
    const place = (index[at >> 2]! >> (2 * (at & 3))) & 3;
    const first = Math.floor(at / kept) * unit * of + place * unit;
    for (let j = 0; j < unit; j++) out[first + j] = take(values, at * unit + j, bits);
  }
  return out;
}

/** Bits of a weight in this form, scales aside: 20 of 4 × 8 for 2:4 INT8, 20 of 8 × 4 for 4:8 INT4. */
export const bitsPerWeight = ({ unit, kept, of }: PackedPattern, bits: Bits): number =>
  (kept * (unit * bits + 2)) / (unit * of);

/** How many times smaller than float32: 6.4 of 2:4 INT8, 12.8 of 4:8 INT4. */
export const packedRatio = (pattern: PackedPattern, bits: Bits): number => 32 / bitsPerWeight(pattern, bits);

function put(bytes: Uint8Array, at: number, value: number, bits: Bits): void {
  if (bits === 8) bytes[at] = value & 0xff;
  else bytes[at >> 1]! |= (value & 0xf) << (4 * (at & 1));
}

function take(bytes: Uint8Array, at: number, bits: Bits): number {
  if (bits === 8) return (bytes[at]! << 24) >> 24;
  return (((bytes[at >> 1]! >> (4 * (at & 1))) & 0xf) << 28) >> 28;
}
