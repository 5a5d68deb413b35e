// How a budget of weights is shared out among layers: to one weight, and by hand.
import { describe, expect, it } from 'vitest';
import { allocators } from '../../../core/sparsity/allocators/table';
import type { AllotLayer } from '../../../core/sparsity/allocators/allocator';
import { Random } from './support/random';

const random = new Random(5);
const layer = (param: string, shape: readonly number[], scale = 1): AllotLayer => {
  const [rows = 1, ...rest] = shape;
  const cols = rest.reduce((n, dim) => n * dim, 1);
  const scores = Float32Array.from({ length: rows * cols }, () => scale * random.next());
  return { param, shape, matrix: { rows, cols }, scores };
};
const size = ({ shape }: AllotLayer) => shape.reduce((n, dim) => n * dim, 1);
const net = [
  layer('stem', [16, 3, 3, 3]),
  layer('body', [32, 16, 3, 3], 0.2),
  layer('deep', [64, 32, 3, 3], 0.1),
  layer('head', [10, 64], 0.5),
];
const countsOf = (id: string, sparsity: number, layers: readonly AllotLayer[] = net) => {
  const densities = allocators.get(id)!.allot(layers, sparsity);
  return layers.map((one) => densities.get(one.param)! * size(one));
};
const all = net.reduce((n, one) => n + size(one), 0);

describe.each([...allocators.keys()])('%s', (id) => {
  it.each([0, 0.3, 0.5, 0.777, 0.9, 0.95, 0.99, 0.999])(
    'meets a sparsity of %d to one weight',
    (sparsity) => {
      const counts = countsOf(id, sparsity);
      for (const count of counts) expect(Math.abs(count - Math.round(count))).toBeLessThan(1e-9);
      const kept = counts.reduce((n, count) => n + count, 0);
      expect(Math.round(kept)).toBe(Math.round((1 - sparsity) * all));
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
      counts.forEach((count, i) => expect(count).toBeLessThanOrEqual(size(net[i]!)));
    },
  );

  it('says in one line where there is less to keep than there are layers', () => {
    expect(() => countsOf(id, 0.9999)).toThrow(
      /^a sparsity of 0\.9999 leaves 2 of 24112 weights to 4 layers: lower it/,
    );
  });
});

describe('uniform', () => {
  it('is the same in every layer, to the nearest weight', () => {
    countsOf('uniform', 0.9).forEach((count, i) =>
      expect(Math.abs(count - 0.1 * size(net[i]!))).toBeLessThanOrEqual(1),
    );
  });
});

describe('ERK', () => {
  it('is in proportion to the sum of the sides', () => {
    // 2900 kept of 100·100 + 200·95 = 29000; ε = 2900 / (200 + 295).
    const counts = countsOf('erk', 0.9, [layer('a', [100, 100]), layer('b', [200, 95])]);
    expect(counts[0]).toBeCloseTo(Math.round((2900 / 495) * 200), 6);
    expect(counts[1]).toBeCloseTo(Math.round((2900 / 495) * 295), 6);
  });

  it('caps small layers at 1 and gives the others the rest', () => {
    // 24112 weights, 2411 kept, sides 25, 54, 102, 74, sum 255: ε = 9.455. The stem (432) would keep 236, the head
    // (640) 700, so it is dense; then ε = (2411 − 640) / 181 = 9.785.
    expect(countsOf('erk', 0.9).map(Math.round)).toEqual([245, 528, 998, 640]);
  });
});

describe('global', () => {
  it('keeps the highest scores of all layers together', () => {
    const [counts, scores] = [countsOf('global', 0.7), net.flatMap(({ scores: own }) => [...own!])];
    const threshold = scores.sort((a, b) => b - a)[Math.round(0.3 * all) - 1]!;
    net.forEach(({ scores: own }, i) =>
      expect(Math.round(counts[i]!)).toBe(Math.max(1, own!.filter((score) => score >= threshold).length)),
    );
  });

  it('leaves a layer of low scores one weight, and takes it from the others', () => {
    const counts = countsOf('global', 0.5, [layer('a', [10, 10]), layer('b', [10, 10], 1e-6)]);
    expect(counts.map(Math.round)).toEqual([99, 1]);
  });
});
