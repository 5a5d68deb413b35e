// Where kept weights lie in a 2:4 or pair-wise 4:8 pattern, in two bits each: the half of a compressed weight that is no value.
import { isKept, type Mask, packMask } from './mask';

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

export interface Places {
  /** Place of each kept unit in its group, 2 bits, four in a byte from the lowest bits on. */
  readonly index: Uint8Array;
  /** Which weights are kept, row-major and ascending. */
  readonly kept: Uint32Array;
}

/** Kept weights in all. */
const keptCount = (weights: number, { kept, of }: PackedPattern): number => (weights / of) * kept;

/** @param mask rows × cols. Throws where a group does not keep what the pattern says. */
export function placesOf(mask: Mask, pattern: PackedPattern): Places {
  const [rows, cols] = mask.shape as [number, number];
  const { unit, kept, of } = pattern;
  const group = unit * of;
  if (cols % group !== 0) throw new Error(`a reduction of ${cols} does not divide into groups of ${group}`);
  const places = new Uint32Array(keptCount(rows * cols, pattern));
  const units = places.length / unit;
  const index = new Uint8Array(Math.ceil(units / 4));
  let at = 0;
  for (let start = 0; start < rows * cols; start += group) {
    const from = at;
    for (let place = 0; place < of; place++) {
      const first = start + place * unit;
      const keeps = isKept(mask, first);
      for (let i = first; i < first + unit; i++)
        if (isKept(mask, i) !== keeps)
          throw new Error(`the weights from ${start} on are not kept in units of ${unit}`);
      if (!keeps) continue;
      if (at < units) {
        index[at >> 2]! |= place << (2 * (at & 3));
        for (let j = 0; j < unit; j++) places[at * unit + j] = first + j;
      }
      at++;
    }
    if (at - from !== kept)
      throw new Error(`the ${of} units from weight ${start} on keep ${at - from} instead of ${kept}`);
  }
  return { index, kept: places };
}

/** The way back: which weights are kept. @param weights rows × cols. */
export function keptWeights(index: Uint8Array, weights: number, pattern: PackedPattern): Uint32Array {
  const { unit, kept, of } = pattern;
  return Uint32Array.from({ length: keptCount(weights, pattern) }, (_, i) => {
    const at = Math.floor(i / unit);
    const place = (index[at >> 2]! >> (2 * (at & 3))) & 3;
    return Math.floor(at / kept) * unit * of + place * unit + (i % unit);
  });
}

/**
 * A mask of the pattern that keeps every weight which is not zero; where a group has more zeros than it must, the first
 * of them are kept. Undefined where there is none.
 */
export function maskAround(
  values: Float32Array,
  [rows, cols]: readonly [number, number],
  { unit, kept, of }: PackedPattern,
): Mask | undefined {
  const group = unit * of;
  if (cols % group !== 0) return undefined;
  const keep = new Uint8Array(values.length);
  for (let start = 0; start < values.length; start += group) {
    const used = Array.from({ length: of }, (_, place) =>
      values.subarray(start + place * unit, start + (place + 1) * unit).some((value) => value !== 0),
    );
    let spare = kept - used.filter(Boolean).length;
    if (spare < 0) return undefined;
    used.forEach((isUsed, place) => {
      if (!isUsed && spare-- <= 0) return;
      keep.fill(1, start + place * unit, start + (place + 1) * unit);
    });
  }
  return packMask([rows, cols], keep);
}
