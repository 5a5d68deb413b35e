// Shape rules: what comes out, and what is said when it does not fit.
import { describe, expect, it } from 'vitest';
import type { Attrs } from '../../../core/graph/model-graph';
import { formatShape, N, type Shape, ShapeError } from '../../../core/graph/shape';
import { Net } from './support/net';

const out = (
  op: string,
  shapes: readonly Shape[],
  attrs: Attrs = {},
  framework: 'pytorch' | 'tfjs' = 'pytorch',
) => {
  const net = new Net(framework);
  return formatShape(
    net.shape(
      net.op(
        op,
        shapes.map((shape) => net.input(shape)),
        attrs,
        'here',
      ),
    ),
  );
};
const conv = { inChannels: 3, outChannels: 8, kernel: 3, stride: 1, padding: 0, dilation: 1, groups: 1 };
const image = [N, 3, 32, 30];

describe('the shape rule of', () => {
  it.each<[string, string, readonly Shape[], Attrs, string]>([
    ['a convolution', 'conv2d', [image], conv, 'N×8×30×28'],
    ['a strided one', 'conv2d', [image], { ...conv, stride: 2, padding: 1 }, 'N×8×16×15'],
    ['a dilated one', 'conv2d', [image], { ...conv, dilation: [2, 3] }, 'N×8×28×24'],
    ['same padding', 'conv2d', [image], { ...conv, stride: [1, 2], padding: 'same' }, 'N×8×32×15'],
    ['a linear over tokens', 'linear', [[N, 5, 6]], { inFeatures: 6, outFeatures: 2 }, 'N×5×2'],
    ['max pooling', 'maxPool2d', [image], { kernel: 3, stride: 2, padding: 1 }, 'N×3×16×15'],
    ['pooling, rounded up', 'maxPool2d', [image], { kernel: 3, stride: 2, ceilMode: true }, 'N×3×16×15'],
    // PyTorch drops a last window that would begin past the input: of height 3 there is no second one at 3.
    [
      'pooling, rounded up past the end',
      'avgPool2d',
      [[N, 1, 3, 4]],
      { kernel: 1, stride: 3, ceilMode: true },
      'N×1×1×2',
    ],
    ['adaptive pooling', 'adaptiveAvgPool2d', [image], { output: [null, 7] }, 'N×3×32×7'],
    ['a mean that keeps axes', 'mean', [image], { axes: [-1, 2], keepDims: true }, 'N×3×1×1'],
    ['a mean that drops them', 'mean', [image], { axes: [2, 3], keepDims: false }, 'N×3'],
    [
      'broadcasting',
      'mul',
      [
        [N, 4, 1, 1],
        [5, 5],
      ],
      {},
      'N×4×5×5',
    ],
    [
      'concatenation',
      'concat',
      [
        [N, 2, 4],
        [N, 3, 4],
      ],
      { axis: 1 },
      'N×5×4',
    ],
    [
      'concatenation of batches',
      'concat',
      [
        [N, 2],
        [N, 2],
      ],
      { axis: 0 },
      '2N×2',
    ],
    ['flatten', 'flatten', [image], { start: 1, end: -1 }, 'N×2880'],
    ['a reshape that infers', 'reshape', [image], { shape: [{ batch: 1 }, 3, -1] }, 'N×3×960'],
    ['a reshape into the batch', 'reshape', [[N, 5, 6]], { shape: [-1, 6] }, '5N×6'],
    ['a permutation', 'permute', [image], { order: [0, 2, 3, 1] }, 'N×32×30×3'],
    ['zero padding', 'zeroPad2d', [image], { padding: [1, 2, 3, 4] }, 'N×3×39×33'],
    [
      'a matrix product',
      'matmul',
      [
        [N, 2, 3, 4],
        [N, 2, 4, 5],
      ],
      {},
      'N×2×3×5',
    ],
  ])('%s', (_, op, inputs, attrs, expected) => {
    expect(out(op, inputs, attrs)).toBe(expected);
  });

  it('a convolution puts channels last in NHWC', () => {
    expect(out('conv2d', [[N, 32, 30, 3]], conv, 'tfjs')).toBe('N×30×28×8');
  });
});

describe('a shape that does not fit is one line with both shapes:', () => {
  const cases: readonly [string, readonly Shape[], Attrs, string][] = [
    ['conv2d', [[N, 4, 8, 8]], conv, 'conv2d expects 3 input channels but the input is N×4×8×8'],
    ['conv2d', [[N, 3, 2, 8]], conv, 'a 3-wide window does not fit into N×3×2×8 with padding 0'],
    [
      'conv2d',
      [image],
      { ...conv, stride: 0 },
      'a window needs a whole kernel, stride and dilation, not 3, 0 and 1',
    ],
    ['conv2d', [image], { ...conv, groups: 2 }, '3 input and 8 output channels do not divide into 2 groups'],
    [
      'linear',
      [[N, 5]],
      { inFeatures: 6, outFeatures: 2 },
      'linear expects 6 features last but the input is N×5',
    ],
    [
      'add',
      [
        [N, 3],
        [N, 4],
      ],
      {},
      'shapes N×3 and N×4 do not match at dimension 1',
    ],
    [
      'concat',
      [
        [N, 3, 4],
        [N, 3, 5],
      ],
      { axis: 1 },
      'cannot concatenate N×3×4 and N×3×5 along axis 1',
    ],
    ['reshape', [[N, 6]], { shape: [{ batch: 1 }, 4] }, 'cannot reshape N×6 into N×4'],
    [
      'matmul',
      [
        [N, 3],
        [N, 4],
      ],
      {},
      'cannot multiply N×3 by N×4',
    ],
    ['batchNorm2d', [image], { features: 4 }, 'batch norm expects 4 channels but the input is N×3×32×30'],
    ['flatten', [image], { start: 3, end: 1 }, 'cannot flatten axes 3 to 1 of N×3×32×30'],
    ['zeroPad2d', [image], { padding: [-40, 0, 0, 0] }, 'padding -40, 0, 0, 0 leaves nothing of N×3×32×30'],
    ['mean', [image], { axes: [4] }, 'axis 4 is outside a tensor of 4 dimensions'],
  ];
  const named = cases.map(([op, inputs, attrs, message]) => [op, message, inputs, attrs] as const);
  it.each(named)('%s: %s', (op, message, inputs, attrs) => {
    expect(() => out(op, inputs, attrs)).toThrow(ShapeError);
    expect(() => out(op, inputs, attrs)).toThrow(message);
  });
});
