// Drawn digits, batches, and whether a model fits the data.
import { describe, expect, it } from 'vitest';
import { Batches } from '../../../training/data/batches';
import { requireInputs } from '../../../training/data/fit';
import { drawDigits } from '../../../training/data/kinds/digits';
import type { PixelSplit } from '../../../training/data/pixel-split';
import type { Split } from '../../../training/data/dataset';
import { tinyNet } from './support';

const pixelsOf = (split: Split) => (split as PixelSplit).held.pixels;
const labelsOf = (split: Split) => (split as PixelSplit).held.labels;

describe('drawn digits', () => {
  it('are the same every time, and more of them begin with the same ones', async () => {
    const [a, b] = [await drawDigits(30, 10), await drawDigits(60, 10)];
    expect(Buffer.from(pixelsOf(a.train)).equals(Buffer.from(pixelsOf(b.train).subarray(0, 30 * 784)))).toBe(
      true,
    );
    expect(Buffer.from(pixelsOf(a.test)).equals(Buffer.from(pixelsOf(b.test)))).toBe(true);
  });

  it('differ between training and testing, between samples of a digit, and by seed', async () => {
    const data = await drawDigits(20, 20);
    const image = (pixels: Uint8Array, i: number) => Buffer.from(pixels.subarray(i * 784, (i + 1) * 784));
    expect(image(pixelsOf(data.train), 0).equals(image(pixelsOf(data.test), 0))).toBe(false);
    expect(image(pixelsOf(data.train), 3).equals(image(pixelsOf(data.train), 13))).toBe(false);
    const other = await drawDigits(1, 1, 5);
    expect(image(pixelsOf(data.train), 0).equals(image(pixelsOf(other.train), 0))).toBe(false);
  });

  it('have every class as often, and ink that is neither nothing nor everything', async () => {
    const { train } = await drawDigits(100, 1);
    const counts = Array.from(
      { length: 10 },
      (_, digit) => labelsOf(train).filter((label) => label === digit).length,
    );
    expect(counts).toEqual(new Array(10).fill(10));
    const ink = pixelsOf(train).reduce((sum, pixel) => sum + pixel, 0) / pixelsOf(train).length / 255;
    expect(ink).toBeGreaterThan(0.05);
    expect(ink).toBeLessThan(0.4);
  });
});

describe('batches', () => {
  it('show every sample once an epoch, in another order in each', () => {
    const batches = new Batches(64, 16, 7);
    const epoch = (e: number) => [0, 1, 2, 3].flatMap((i) => [...batches.at(4 * e + i)]);
    expect([...epoch(0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
    expect(epoch(0)).not.toEqual(epoch(1));
  });

  it('follow from seed and step alone, so that a resumed run sees the same', () => {
    const through = new Batches(50, 8, 3);
    const seen = Array.from({ length: 30 }, (_, step) => [...through.at(step)]);
    expect([...new Batches(50, 8, 3).at(27)]).toEqual(seen[27]);
    expect([...new Batches(50, 8, 4).at(27)]).not.toEqual(seen[27]);
  });

  it('leave out what does not fill a batch, and shrink to data smaller than one', () => {
    expect(new Batches(50, 8, 1).stepsPerEpoch).toBe(6);
    const small = new Batches(5, 64, 1);
    expect([small.stepsPerEpoch, small.at(3).length]).toEqual([1, 5]);
  });
});

describe('a model and data that do not fit', () => {
  it('are refused with both shapes', async () => {
    const data = await drawDigits(1, 1);
    const graph = tinyNet();
    expect(() => requireInputs(graph, data)).not.toThrow();
    const colour = [{ shape: [32, 32, 3], dtype: 'float32' as const }];
    expect(() => requireInputs(graph, { ...data, inputs: colour })).toThrow(
      'tiny takes 28×28×1, but drawn digits (1 + 1) are 32×32×3',
    );
    expect(() => requireInputs({ ...graph, inputs: [] }, data)).toThrow(/has 0 inputs/);
  });
});
