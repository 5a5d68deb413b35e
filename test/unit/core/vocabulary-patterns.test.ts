// The patterns beside 2:4 and channel: the density they reach, what they keep, ties, names, and what they cost.
import { describe, expect, it } from 'vitest';
import { density, unpackMask } from '../../../core/sparsity/mask';
import type { Pattern, WeightMatrix } from '../../../core/sparsity/pattern';
import { families, parsePattern, patternNamed } from '../../../core/sparsity/patterns/families';
import { patterns } from '../../../core/sparsity/patterns/table';
import { Random } from './support/random';

const matrix: WeightMatrix = { rows: 16, cols: 9 * 16, reduction: [3, 3, 16] };
const count = matrix.rows * matrix.cols;
const scoresOf = (seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.next());
};
const keepOf = (pattern: Pattern, scores: Float32Array, wanted: number) =>
  unpackMask(pattern.mask(scores, matrix, wanted));

/** Weights that go together, by pattern, and the finest step of density. */
const free: readonly [string, number, (i: number) => number][] = [
  ['unstructured', 1, (i) => i],
  ['block 4x4', 16, (i) => Math.floor(Math.floor(i / 144) / 4) * 36 + Math.floor((i % 144) / 4)],
  ['block 1x16', 16, (i) => Math.floor(i / 16)],
  ['block 8x1', 8, (i) => Math.floor(Math.floor(i / 144) / 8) * 144 + (i % 144)],
  ['tile 4x9x4', 144, (i) => Math.floor(Math.floor(i / 144) / 4) * 4 + Math.floor((i % 16) / 4)],
  [
    'tile 2x3x8',
    48,
    (i) =>
      (Math.floor(Math.floor(i / 144) / 2) * 3 + Math.floor(Math.floor((i % 144) / 16) / 3)) * 2 +
      Math.floor((i % 16) / 8),
  ],
  ['head 4', 4 * 144, (i) => Math.floor(i / 576)],
  ['channel', 144, (i) => Math.floor(i / 144)],
];

describe.each(free)('%s', (name, size, unitOf) => {
  const pattern = patternNamed(name);

  it.each([1, 0.75, 0.5, 0.3])('reaches density %d to the nearest unit', (wanted) => {
    expect(Math.abs(density(pattern.mask(scoresOf(3), matrix, wanted)) - wanted)).toBeLessThanOrEqual(
      size / count / 2 + 1e-9,
    );
  });

  it('keeps whole units only, those with the largest sums', () => {
    const scores = scoresOf(4);
    const keep = keepOf(pattern, scores, 0.5);
    const [sums, kept] = [new Map<number, number>(), new Map<number, number>()];
    scores.forEach((score, i) => {
      sums.set(unitOf(i), (sums.get(unitOf(i)) ?? 0) + score);
      kept.set(unitOf(i), (kept.get(unitOf(i)) ?? 0) + keep[i]!);
    });
    expect(sums.size).toBe(count / size);
    expect(new Set(kept.values())).toEqual(new Set([0, size]));
    const of = (bit: number) => [...sums].filter(([unit]) => kept.get(unit) === bit * size).map(([, s]) => s);
    expect(Math.min(...of(1))).toBeGreaterThanOrEqual(Math.max(...of(0)));
  });

  it('gives ties to what comes first, and takes what is no number for the lowest', () => {
    const keep = keepOf(pattern, new Float32Array(count).fill(1), 0.5);
    const kept = new Set([...keep.keys()].filter((i) => keep[i] === 1).map(unitOf));
    expect([...kept].sort((a, b) => a - b)).toEqual([...kept.keys()].map((_, i) => i));
    const broken = new Float32Array(count).fill(1);
    broken[0] = NaN;
    expect(keepOf(pattern, broken, 0.5)[0]).toBe(0);
    expect(keepOf(pattern, new Float32Array(count).fill(NaN), 0.5).some((bit) => bit === 1)).toBe(true);
  });

  it('only ever prunes more as the density falls', () => {
    const [more, less] = [keepOf(pattern, scoresOf(5), 0.7), keepOf(pattern, scoresOf(5), 0.4)];
    expect(less.every((bit, i) => bit <= more[i]!)).toBe(true);
  });
});

describe.each([
  ['4:2:8', 4, 2, 8],
  ['16:1:16', 16, 1, 16],
  ['2:3:16', 2, 3, 16],
])('%s', (name, v, n, m) => {
  const pattern = patternNamed(name);

  it('keeps N of M in each row, in four columns that V rows share', () => {
    const keep = keepOf(pattern, scoresOf(6), n / m);
    expect(density(pattern.mask(scoresOf(6), matrix, n / m))).toBe(n / m);
    for (let top = 0; top < 16; top += v)
      for (let left = 0; left < 144; left += m) {
        const columns = new Set<number>();
        for (let row = top; row < top + v; row++) {
          const own = [...Array(m).keys()].filter((col) => keep[row * 144 + left + col] === 1);
          expect(own.length).toBe(n);
          own.forEach((col) => columns.add(col));
        }
        expect(columns.size).toBeLessThanOrEqual(4);
      }
  });

  it('ramps block by block, and the same on every machine', () => {
    const [block, sparsity] = [v * m, 1 - n / m];
    const wanted = 1 - sparsity / 2;
    const mask = pattern.mask(scoresOf(7), matrix, wanted);
    expect(Math.abs(density(mask) - wanted)).toBeLessThanOrEqual((block * sparsity) / count);
    const ties = keepOf(pattern, new Float32Array(count).fill(1), n / m);
    expect([...ties.subarray(0, m)]).toEqual([...Array(m).keys()].map((i) => (i < n ? 1 : 0)));
  });
});

describe('what a pattern says of a weight it does not fit', () => {
  it.each([
    ['block 3x4', 'its 16 outputs are not divisible by 3'],
    ['block 4x5', 'its 16 inputs are not divisible by 5'],
    ['tile 4x2x4', 'its 9 kernel positions are not divisible by 2'],
    ['tile 16x9x16', 'the whole weight is a single tile'],
    ['64:2:8', 'its 16 outputs are not divisible by 64'],
    ['4:2:32', 'its 16 inputs are not divisible by 32'],
    ['head 5', 'its 16 outputs are not divisible into heads of 5'],
    ['head 16', 'its 16 outputs are a single head'],
    ['1:5', 'its 16 input channels are not divisible by 5'],
  ])('%s', (name, reason) => {
    expect(patternNamed(name).fits(matrix)).toEqual({ ok: false, reason });
  });
});

describe('the names of patterns', () => {
  it('lead to the pattern of that name, each family by its example', () => {
    for (const { example } of families) expect(patternNamed(example).id).toBe(example);
    for (const name of ['1:4', '2:8', '4:8', '3:32']) expect(patternNamed(name).id).toBe(name);
    expect(patternNamed('block 8×2').id).toBe('block 8x2');
  });

  it.each([
    ['4:2', '4:2 is no N:M pattern: N must be at least 1 and less than M'],
    ['1:2:8', '1:2:8 is no V:N:M pattern: V is 2 at least, N from 1 to 3 and M above 4'],
    ['block 1x1', 'block 1x1 is no pattern: sides are whole numbers from 1 on, and one at least is above 1'],
    ['blok 4x4', 'there is no pattern "blok 4x4"; patterns are unstructured, 2:4,'],
  ])('%s leads to one line', (name, line) => {
    expect(parsePattern(name)).toContain(line);
    expect(() => patternNamed(name)).toThrow(line);
  });

  it('change nothing of what analysis offers: a pattern that no kernel takes is not offered', () => {
    expect([...patterns.keys()]).toEqual(['2:4', 'channel']);
  });
});

describe('bytes', () => {
  it.each([
    ['unstructured', 0.25, 576 * 6 + 4 * 17],
    ['block 4x4', 0.25, 576 * 4 + 36 * 4 + 4 * 5],
    ['1:4', undefined, 576 * 4 + 144],
    // Two values of 4 bytes and 2 bits each; four columns of 3 bits in each of 72 blocks.
    ['4:2:8', undefined, 576 * 4 + 144 + 108],
  ])('%s', (name, share, bytes) => {
    expect(patternNamed(name).bytes(matrix, 'float32', share)).toBe(bytes);
  });
});
