// Saliency criteria against values worked out by hand, and masks over several layers.
import { describe, expect, it } from 'vitest';
import type { LayerStatistics } from '../../../core/sparsity/criteria/criterion';
import { criteria } from '../../../core/sparsity/criteria/table';
import { density, unpackMask } from '../../../core/sparsity/mask';
import { nm } from '../../../core/sparsity/patterns/n-m';
import { tiles } from '../../../core/sparsity/patterns/tiles';
import { unstructured } from '../../../core/sparsity/patterns/unstructured';
import { scopedMasks } from '../../../core/sparsity/scoped-masks';

const layer: LayerStatistics = {
  param: 'fc.weight',
  matrix: { rows: 2, cols: 3 },
  weights: Float32Array.of(1, -2, 0.5, 0, 4, -1),
  gradients: Float32Array.of(2, 0.5, -4, 8, -0.25, 0),
  totalSaliency: 8,
  activations: Float32Array.of(1, 0.5, 8),
  movement: Float32Array.of(1, -3, 0, 2, -0.5, 4),
  scales: Float32Array.of(-0.5, 0.25),
};
const scores = (id: string, of = layer) => [...criteria.get(id)!.score(of)];
const bits = (mask: Parameters<typeof unpackMask>[0]) => [...unpackMask(mask)].join('');

describe('a criterion', () => {
  it.each([
    ['magnitude', [1, 2, 0.5, 0, 4, 1]],
    ['taylor', [2, 1, 2, 0, 1, 0]],
    ['snip', [0.25, 0.125, 0.25, 0, 0.125, 0]],
    ['wanda', [1, 1, 4, 0, 2, 8]],
    ['movement', [-1, 3, 0, -2, 0.5, -4]],
    ['bn-scale', [0.5, 0.25]],
  ])('%s scores as its paper says', (id, expected) => {
    expect(scores(id).map((score) => score + 0)).toEqual(expected);
  });

  it('lamp divides by the squares that are not smaller: 16, 4, 1, 1, 0.25, 0', () => {
    const expected = [1 / 21, 4 / 20, 0.25 / 22.25, 0, 1, 1 / 22];
    scores('lamp').forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6));
  });

  it('lamp keeps magnitude’s order within a layer, and gives zeros nothing', () => {
    const weights = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * 7) * (i % 5));
    const of = { ...layer, matrix: { rows: 10, cols: 20 }, weights };
    const [lamp, size] = [scores('lamp', of), scores('magnitude', of)];
    const byLamp = [...lamp.keys()].sort((a, b) => lamp[b]! - lamp[a]! || a - b);
    const bySize = [...size.keys()].sort((a, b) => size[b]! - size[a]! || a - b);
    expect(byLamp).toEqual(bySize);
    expect(scores('lamp', { ...of, weights: new Float32Array(200) }).every((score) => score === 0)).toBe(
      true,
    );
  });

  it('wanda looks at the inputs of a row’s own group', () => {
    const grouped = {
      ...layer,
      matrix: { rows: 2, cols: 3, groups: 2 },
      activations: Float32Array.of(1, 2, 3, 10, 20, 30),
    };
    expect(scores('wanda', grouped)).toEqual([1, 4, 1.5, 0, 80, 30]);
  });

  it('random is the same for a seed and a name, and another for others', () => {
    expect(scores('random')).toEqual(scores('random'));
    expect(scores('random')).not.toEqual(scores('random', { ...layer, seed: 1 }));
    expect(scores('random')).not.toEqual(scores('random', { ...layer, param: 'other' }));
    expect(scores('random').every((score) => score >= 0 && score < 1)).toBe(true);
  });

  it.each([...criteria.values()])('$id says what it needs, and misses nothing else', (criterion) => {
    const { param, matrix, weights } = layer;
    const known = Object.fromEntries([...criterion.needs].map((need) => [need, layer[need]]));
    expect(() => criterion.score({ param, matrix, weights, totalSaliency: 8, ...known })).not.toThrow();
    const [lacking] = [...criterion.needs].filter((need) => need !== 'weights');
    if (lacking)
      expect(() => criterion.score({ param, matrix, weights, totalSaliency: 8 })).toThrow(
        `the ${lacking} of fc.weight are not known`,
      );
  });

  it('refuses statistics of another shape', () => {
    expect(() => scores('wanda', { ...layer, activations: new Float32Array(4) })).toThrow(
      'fc.weight has 4 activations, not the 3 of its shape',
    );
  });
});

describe('masks over several layers', () => {
  const of = (name: string, rows: number, ...values: number[]) => ({
    name,
    matrix: { rows, cols: values.length / rows },
    scores: Float32Array.from(values),
  });
  const two = [of('a', 2, 9, 8, 7, 1, 2, 3), of('b', 1, 6, 5, 4, 0.5, 0.4, 0.3)];

  it('compared over the model, the layer with the higher scores keeps more', () => {
    const uneven = [of('a', 2, 9, 8, 7, 6.5, 6.2, 3), of('b', 1, 6, 5, 4, 0.5, 0.4, 0.3)];
    expect(scopedMasks(unstructured, uneven, 0.5, 'model').map(bits)).toEqual(['111110', '100000']);
  });

  it('compared within layers or rows, each keeps the same share', () => {
    expect(scopedMasks(unstructured, two, 0.5, 'layer').map(bits)).toEqual(['111000', '111000']);
    expect(scopedMasks(unstructured, two, 1 / 3, 'row').map(bits)).toEqual(['100001', '110000']);
  });

  it('reaches the density over all layers, ties included', () => {
    const flat = [of('a', 2, 1, 1, 1, 1, 1, 1), of('b', 1, 1, 1, 1, 1, 1, 2)];
    const kept = scopedMasks(unstructured, flat, 0.75, 'model').map((mask) => density(mask) * 6);
    expect(kept[0]! + kept[1]!).toBe(9);
  });

  it('leaves a fixed pattern as it is, and compares over the layer what joins rows', () => {
    const four = [of('a', 2, 4, 3, 2, 1, 1, 2, 3, 4)];
    expect(scopedMasks(nm(2, 4), four, 0.5, 'model').map(bits)).toEqual(['11000011']);
    const block = tiles({ rows: 2, positions: 1, inputs: 2 }, 'block 2x2');
    expect(scopedMasks(block, four, 0.5, 'row').map((mask) => density(mask))).toEqual([0.5]);
  });

  it('refuses to empty a layer', () => {
    expect(() => scopedMasks(unstructured, two, 0.1, 'model')).toThrow(
      'b would lose all its 6 weights: lower the sparsity, or compare within layers',
    );
  });
});
