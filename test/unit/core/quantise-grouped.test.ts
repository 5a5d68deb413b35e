// Weights as whole numbers: what rounding may cost, and that what was pruned stays zero.
import { describe, expect, it } from 'vitest';
import { int4Groups, int8Rows, quantise, quantisedBits } from '../../../core/quantisation/grouped';
import { seeded } from '../../../training/executor/random';

const random = seeded(4);
/** 3 rows of 64, two of every four zero; the last row is all zeros. */
const weights = Float32Array.from({ length: 192 }, (_, i) =>
  i < 128 && i % 4 < 2 ? random.normal() * 10 ** (i < 64 ? 0 : -3) : 0,
);

describe.each([
  ['int8 a row', int8Rows, 127, 3],
  ['int4 in groups of 16', int4Groups, 7, 5],
])('%s', (_, grid, most, scales) => {
  const found = quantise(weights, 64, grid);

  it('is off by at most half a step of its scale, and never moves a zero', () => {
    expect(found.scales.length).toBe(scales);
    weights.forEach((w, i) => {
      const row = Math.floor(i / 64);
      const largest = Math.max(...weights.subarray(64 * row, 64 * row + 64).map(Math.abs));
      expect(Math.abs(found.values[i]! - w)).toBeLessThanOrEqual(largest / most / 2 + 1e-9);
      if (w === 0) expect(found.codes[i]).toBe(0);
    });
  });

  it('uses the whole range of codes and none outside it', () => {
    expect(Math.max(...found.codes.map(Math.abs))).toBe(most);
  });

  it('says the same of what it gave', () => {
    expect(quantise(found.values, 64, grid).codes).toEqual(found.codes);
  });
});

it('counts codes, two bits where each lies, and scales', () => {
  expect(quantisedBits(64, 3, int8Rows)).toBe(64 * 10 + 96);
});
