// What the ops of real architectures make: shapes, parameters as PyTorch names and lays them out, multiplications.
import { describe, expect, it } from 'vitest';
import { nodeCost } from '../../../core/graph/cost';
import type { Attrs } from '../../../core/graph/model-graph';
import { formatShape, N, type Shape, ShapeError } from '../../../core/graph/shape';
import { Net } from './support/net';

const build = (op: string, shapes: readonly Shape[], attrs: Attrs) => {
  const net = new Net();
  const inputs = shapes.map((shape) => net.input(shape));
  const outputs = net.builder.add(op, inputs, attrs, { path: 'm' });
  return net.builder.finish('net', outputs);
};
const out = (op: string, shapes: readonly Shape[], attrs: Attrs = {}): string => {
  const { values, outputs } = build(op, shapes, attrs);
  return outputs.map((id) => formatShape(values[id]!.shape)).join(' | ');
};

const conv = {
  inChannels: 4,
  outChannels: 6,
  kernel: 3,
  stride: 2,
  padding: 1,
  dilation: 1,
  groups: 1,
  bias: true,
};
const up = { ...conv, outputPadding: 1, groups: 2 };
const image: Shape = [N, 4, 8, 8];
const heads: readonly Shape[] = [
  [N, 8, 5, 16],
  [N, 2, 7, 16],
  [N, 2, 7, 12],
];

/** u, Δ, A of four states, B and C of so many. */
const scanned = (states: number): Shape[] => [
  [N, 6, 9],
  [N, 6, 9],
  [6, 4],
  [N, states, 9],
  [N, states, 9],
];

describe('the shape rule of', () => {
  it.each<[string, string, readonly Shape[], Attrs, string]>([
    ['a convolution along a line', 'conv1d', [[N, 4, 9]], conv, 'N×6×5'],
    ['a convolution in space', 'conv3d', [[N, 4, 8, 8, 6]], { ...conv, stride: [1, 2, 2] }, 'N×6×8×4×3'],
    ['a transposed convolution', 'convTranspose2d', [image], up, 'N×6×16×16'],
    ['a transposed one along a line', 'convTranspose1d', [[N, 4, 5]], { ...up, outputPadding: 0 }, 'N×6×9'],
    ['pooling along a line', 'maxPool1d', [[N, 4, 9]], { kernel: 2, stride: 2 }, 'N×4×4'],
    [
      'adaptive pooling in space',
      'adaptiveAvgPool3d',
      [[N, 4, 8, 8, 8]],
      { output: [1, null, 2] },
      'N×4×1×8×2',
    ],
    ['a slice', 'slice', [image], { axis: 1, start: 1, length: 2 }, 'N×2×8×8'],
    ['a slice in steps', 'slice', [image], { axis: 3, start: 1, length: 4, step: 2 }, 'N×4×8×4'],
    [
      'a slice of the batch',
      'slice',
      [[{ batch: 2 }, 4]],
      { axis: 0, start: { batch: 1 }, length: { batch: 1 } },
      'N×4',
    ],
    ['an embedding', 'embedding', [[N, 7]], { count: 100, features: 16 }, 'N×7×16'],
    ['an expansion', 'expand', [[1, 1, 8]], { shape: [{ batch: 1 }, -1, -1] }, 'N×1×8'],
    ['a tiling', 'repeat', [[N, 3]], { counts: [2, 1, 4] }, '2×N×12'],
    ['repeated heads', 'repeatInterleave', [[N, 2, 5]], { axis: 1, count: 4 }, 'N×8×5'],
    [
      'a look-up of positions',
      'index',
      [
        [169, 3],
        [49, 49],
      ],
      { axis: 0, shape: [49, 49, 3] },
      '49×49×3',
    ],
    ['the largest values', 'topk', [[N, 10]], { axis: -1, k: 3 }, 'N×3 | N×3'],
    ['padding of any axis', 'pad', [[N, 3, 4]], { padding: [1, 2, 0, 1] }, 'N×4×7'],
    ['interpolation', 'interpolate', [image], { size: [12, 3] }, 'N×4×12×3'],
    ['a pixel shuffle', 'pixelShuffle', [image], { factor: 2 }, 'N×1×16×16'],
    ['its way back', 'pixelUnshuffle', [image], { factor: 4 }, 'N×64×2×2'],
    ['windows as columns', 'unfold', [image], { kernel: 2, stride: 2 }, 'N×16×16'],
    ['columns as an image', 'fold', [[N, 16, 16]], { output: [8, 8], kernel: 2, stride: 2 }, 'N×4×8×8'],
    ['attention of grouped queries', 'attention', heads, { groups: 4 }, 'N×8×5×12'],
    [
      'multi-head attention',
      'multiheadAttention',
      [
        [5, N, 8],
        [7, N, 8],
        [7, N, 8],
      ],
      { embed: 8, heads: 2 },
      '5×N×8',
    ],
    [
      'an einsum',
      'einsum',
      [
        [N, 2, 5, 4],
        [N, 2, 7, 4],
      ],
      { equation: 'bhid,bhjd->bhij' },
      'N×2×5×7',
    ],
    ['a selective scan', 'selectiveScan', scanned(4), {}, 'N×6×9'],
    [
      'an einsum over open axes',
      'einsum',
      [
        [N, 3, 5, 4],
        [4, 6],
      ],
      { equation: '...k,kn->...n' },
      'N×3×5×6',
    ],
    ['a vector times a matrix', 'matmul', [[4], [N, 4, 3]], {}, 'N×3'],
    ['a matrix times a vector', 'matmul', [[N, 3, 4], [4]], {}, 'N×3'],
    [
      'a choice',
      'where',
      [
        [N, 1, 5],
        [3, 1],
      ],
      { scalarB: 0 },
      'N×3×5',
    ],
    ['a reduction of everything', 'sum', [image], { keepDims: false }, 'scalar'],
    [
      'an LSTM in both directions',
      'lstm',
      [[N, 7, 4]],
      { inputSize: 4, hiddenSize: 6, layers: 2, bidirectional: true, batchFirst: true },
      'N×7×12 | 4×N×6 | 4×N×6',
    ],
    [
      'a bilinear layer',
      'bilinear',
      [
        [N, 3],
        [N, 4],
      ],
      { in1: 3, in2: 4, out: 5 },
      'N×5',
    ],
  ])('%s', (_, op, inputs, attrs, expected) => {
    expect(out(op, inputs, attrs)).toBe(expected);
  });

  it.each<[string, readonly Shape[], Attrs, string]>([
    [
      'slice',
      [image],
      { axis: 1, start: 3, length: 2 },
      'there are no 2 positions from 3 on axis 1 of N×4×8×8',
    ],
    [
      'convTranspose2d',
      [[N, 3, 8, 8]],
      up,
      'convTranspose2d expects 4 input channels but the input is N×3×8×8',
    ],
    ['conv3d', [image], conv, 'conv3d needs a 5-D input, not N×4×8×8'],
    ['groupNorm', [image], { groups: 3, features: 4 }, '4 channels do not divide into 3 groups to normalise'],
    ['expand', [[N, 3]], { shape: [{ batch: 1 }, 4] }, 'cannot expand N×3 to N×4'],
    ['topk', [[N, 2]], { axis: 1, k: 3 }, 'there are no 3 largest values on axis 1 of N×2'],
    ['pixelShuffle', [[N, 6, 2, 2]], { factor: 2 }, 'N×6×2×2 does not divide into squares of 2 × 2'],
    [
      'attention',
      [
        [N, 2, 5, 4],
        [N, 2, 5, 3],
        [N, 2, 5, 4],
      ],
      {},
      'attention needs queries, keys and values that fit, not N×2×5×4, N×2×5×3, N×2×5×4',
    ],
    [
      'einsum',
      [
        [N, 4],
        [5, 3],
      ],
      { equation: 'bi,ij->bj' },
      'einsum bi,ij->bj has i of 4 and 5',
    ],
    [
      'selectiveScan',
      scanned(5),
      {},
      'a selective scan needs u and Δ of one shape N×D×L, A of D×S, B and C of N×S×L, not N×6×9, N×6×9, 6×4, N×5×9, N×5×9',
    ],
    ['selectiveScan', [[N, 6, 9]], {}, 'a selective scan needs u and Δ'],
    ['reshape', [[N, 4]], { shape: [-1, -1] }, 'leaves more than one size open'],
  ])('%s says what does not fit: %#', (op, inputs, attrs, message) => {
    expect(() => out(op, inputs, attrs)).toThrow(ShapeError);
    expect(() => out(op, inputs, attrs)).toThrow(message);
  });
});

describe('the parameters of', () => {
  it.each<[string, Shape, Attrs, string]>([
    ['convTranspose2d', image, up, 'm.weight 4×3×3×3, m.bias 6'],
    ['conv1d', [N, 4, 9], { ...conv, groups: 2, bias: false }, 'm.weight 6×2×3'],
    ['embedding', [N, 7], { count: 100, features: 16 }, 'm.weight 100×16'],
    ['groupNorm', image, { groups: 2, features: 4, affine: true }, 'm.weight 4, m.bias 4'],
    ['rmsNorm', [N, 8], { features: 8, shape: [8] }, 'm.weight 8'],
    ['prelu', image, { count: 4 }, 'm.weight 4'],
    [
      'gru',
      [7, N, 4],
      { inputSize: 4, hiddenSize: 6, layers: 1 },
      'm.weight_ih_l0 18×4, m.weight_hh_l0 18×6, m.bias_ih_l0 18, m.bias_hh_l0 18',
    ],
    [
      'lstm',
      [7, N, 4],
      { inputSize: 4, hiddenSize: 6, layers: 1, projSize: 2, bias: false },
      'm.weight_ih_l0 24×4, m.weight_hh_l0 24×2, m.weight_hr_l0 2×6',
    ],
  ])('%s %#', (op, input, attrs, expected) => {
    const { params } = build(op, [input], attrs);
    expect(
      Object.values(params)
        .map(({ name, shape }) => `${name} ${formatShape(shape)}`)
        .join(', '),
    ).toBe(expected);
  });

  it('attention are packed where all widths are equal, and three matrices where they are not', () => {
    const names = (attrs: Attrs, width: number) =>
      Object.keys(
        build(
          'multiheadAttention',
          [
            [5, N, 8],
            [7, N, width],
            [7, N, width],
          ],
          { embed: 8, heads: 2, ...attrs },
        ).params,
      );
    expect(names({}, 8)).toEqual(['m.in_proj_weight', 'm.in_proj_bias']);
    expect(names({ kdim: 4, vdim: 4, bias: false, biasKv: true }, 4)).toEqual([
      'm.q_proj_weight',
      'm.k_proj_weight',
      'm.v_proj_weight',
      'm.bias_k',
      'm.bias_v',
    ]);
  });

  it('a free parameter are the one that it names', () => {
    const net = new Net();
    net.builder.declareParam({
      name: 'cls_token',
      shape: [1, 1, 8],
      dtype: 'float32',
      axes: ['other', 'other', 'other'],
      trainable: true,
      init: { kind: 'normal', std: 0.02 },
    });
    const token = net.op('parameter', [], { shape: [1, 1, 8], param: 'cls_token' });
    const graph = net.finish(token);
    expect(graph.nodes[0]!.params).toEqual({ value: 'cls_token' });
    expect(graph.params['cls_token']!.init).toEqual({ kind: 'normal', std: 0.02 });
    expect(() => net.op('parameter', [], { shape: [1, 2, 8], param: 'cls_token' })).toThrow(
      'cls_token is 1×1×8, not 1×2×8',
    );
  });
});

describe('the multiplications of', () => {
  const macs = (op: string, inputs: readonly Shape[], attrs: Attrs) => {
    const graph = build(op, inputs, attrs);
    return nodeCost(graph, graph.nodes[0]!).macs;
  };

  it.each<[string, readonly Shape[], Attrs, number]>([
    // Each of 4·8·8 inputs goes into 3 outputs of its group at 9 places.
    ['convTranspose2d', [image], up, 4 * 64 * 3 * 9],
    ['conv1d', [[N, 4, 9]], conv, 6 * 5 * 4 * 3],
    // Scores of 8 heads, 5 × 7 × 16, and the values they weigh, 5 × 7 × 12.
    ['attention', heads, { groups: 4 }, 8 * 5 * 7 * (16 + 12)],
    // Three projections of 5, 7 and 7 tokens, then scores and values over all heads.
    [
      'multiheadAttention',
      [
        [5, N, 8],
        [7, N, 8],
        [7, N, 8],
      ],
      { embed: 8, heads: 2 },
      (5 + 7 + 7) * 64 + 2 * 5 * 7 * 8,
    ],
    [
      'einsum',
      [
        [N, 2, 5, 4],
        [N, 2, 7, 4],
      ],
      { equation: 'bhid,bhjd->bhij' },
      2 * 5 * 7 * 4,
    ],
    ['selectiveScan', scanned(4), {}, 2 * 6 * 9 * 4],
    ['gru', [[7, N, 4]], { inputSize: 4, hiddenSize: 6, layers: 1 }, 7 * 3 * 6 * (4 + 6)],
  ])('%s', (op, inputs, attrs, expected) => {
    expect(macs(op, inputs, attrs)).toBe(expected);
  });
});

describe('what values hold', () => {
  it('follows from what goes in', () => {
    const net = new Net();
    const [x, ids] = [net.input([N, 4]), net.builder.input([N, 4], 'int32')];
    const kind = (op: string, inputs: string[], attrs: Attrs = {}) =>
      net.builder.dtypeOf(net.op(op, inputs, attrs, 'm'));
    expect(kind('gt', [x], { scalar: 0 })).toBe('bool');
    expect(kind('argmax', [x], { axes: [1] })).toBe('int32');
    expect(kind('slice', [ids], { axis: 1, start: 0, length: 2 })).toBe('int32');
    expect(kind('add', [ids, x])).toBe('float32');
    expect(kind('embedding', [ids], { count: 9, features: 4 })).toBe('float32');
    expect(kind('where', [net.op('eq', [ids], { scalar: 0 }), ids], { scalarB: 1 })).toBe('int32');
  });
});
