// Attributes and shapes come from other people's code: whatever they are, an op answers or says what does not fit.
import { describe, expect, it } from 'vitest';
import type { Attrs, AttrValue } from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';
import { N, type Shape, ShapeError } from '../../../core/graph/shape';
import { Random } from './support/random';

const keys =
  `axis axes shape order start end length step count counts features groups size output kernel stride padding
  dilation outputPadding inChannels outChannels inFeatures outFeatures factor k shifts equation embed heads kdim vdim param
  data fill inputSize hiddenSize layers projSize in1 in2 out bias affine track keepDims ceilMode scalar index value units
  cell sequences mode`.split(/\s+/);

const values: readonly AttrValue[] = [
  ...[Number.NaN, Infinity, -3, -1, 0, 0.5, 1, 2, 3, 4, 8, 1e9, 2 ** 53],
  ...['', 'same', 'valid', 'ij,jk->ik', '...a->...', 'a,,b->->', null, true, false],
  ...[[], [1], [2, 2], [-1, 0], [0, 1, 2, 3], [1, 2, 3], [1e9, 1e9, 1e9], [null], ['x'], [{ batch: 1 }, 4]],
  { batch: 2 },
  { batch: -1 },
];

const shapes: readonly Shape[] = [
  [],
  [N],
  [4],
  [N, 4],
  [4, 4],
  [N, 3, 4],
  [N, 4, 8, 8],
  [2, 4, 8, 8],
  [N, 4, 4, 8, 8],
  [{ batch: 3 }, 8],
  [0, 4],
];

describe.each([...ops.keys()])('%s', (kind) => {
  const op = ops.get(kind)!;

  it('answers with shapes, parameters and costs, or with a shape error', () => {
    const random = new Random(kind.length * 1000 + kind.charCodeAt(0));
    const made: unknown[] = [];
    for (let i = 0; i < 300; i++) {
      const attrs: Attrs = Object.fromEntries(
        keys.filter(() => random.next() < 0.7).map((key) => [key, random.pick(values)]),
      );
      const inputs = Array.from({ length: random.below(4) }, () => random.pick(shapes));
      try {
        const layout = random.pick(['NCHW', 'NHWC'] as const);
        const outputs = op.shape(inputs, attrs, { layout });
        const params = op.params?.(attrs) ?? [];
        const io = { inputs, outputs, attrs, layout };
        made.push(outputs, params, op.macs?.(io), op.flops?.(io));
        expect(outputs.flat().every((dim) => typeof dim !== 'number' || Number.isSafeInteger(dim))).toBe(
          true,
        );
        expect(params.every(({ shape }) => shape.every(Number.isInteger))).toBe(true);
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
      }
    }
  });
});
