// Bits in 32-bit words, laid out so that devices take them apart without moving anything.

/**
 * Puts masks one after another into words. Bit f of W words is bit ⌊f / W⌋ of word f mod W: the lowest bits of all words
 * are the first W bits, so neighbours lie in neighbouring words and the same bit of each.
 * @param masks entries that are 0 or not.
 */
export function packBits(masks: readonly ArrayLike<number>[]): Int32Array {
  const words = new Int32Array(Math.ceil(masks.reduce((sum, { length }) => sum + length, 0) / 32));
  let start = 0;
  for (const mask of masks) {
    setBits(words, start, mask);
    start += mask.length;
  }
  return words;
}

/** Writes a mask over the bits from `start` on. */
export function setBits(words: Int32Array, start: number, mask: ArrayLike<number>): void {
  for (const { bit, word, from, count } of runs(words.length, start, mask.length)) {
    const one = 1 << bit;
    for (let i = 0; i < count; i++) {
      const old = words[word + i]!;
      words[word + i] = mask[from + i] ? old | one : old & ~one;
    }
  }
}

/** The bits from `start` to before `end`, one entry each. */
export function getBits(words: Int32Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(end - start);
  for (const { bit, word, from, count } of runs(words.length, start, end - start))
    for (let i = 0; i < count; i++) out[from + i] = (words[word + i]! >>> bit) & 1;
  return out;
}

/** A stretch of bits that lie in neighbouring words. */
export interface BitRun {
  readonly bit: number;
  readonly word: number;
  /** Counted from the first bit asked for. */
  readonly from: number;
  readonly count: number;
}

/** The stretches that `size` bits from `start` on lie in; W words have at most 32. */
export function* runs(words: number, start: number, size: number): Generator<BitRun> {
  for (let at = start; at < start + size;) {
    const [bit, word] = [Math.floor(at / words), at % words];
    const count = Math.min(words - word, start + size - at);
    yield { bit, word, from: at - start, count };
    at += count;
  }
}
