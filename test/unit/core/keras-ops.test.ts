// Ops that only Keras has: parameters, shapes, costs, and how channels pass or stop.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { findGroups } from '../../../core/graph/coupling/groups';
import { graphCost } from '../../../core/graph/cost';
import type { Attrs } from '../../../core/graph/model-graph';
import { formatShape, N, type Shape } from '../../../core/graph/shape';
import { shrink } from '../../../core/graph/surgery';

/** One layer on one input: its output shapes, its parameters, and its MACs. */
function layer(op: string, input: Shape, attrs: Attrs) {
  const builder = new GraphBuilder('keras');
  const outputs = builder.add(op, [builder.input(input)], attrs, { path: 'layer' });
  const graph = builder.finish('net', outputs);
  return {
    outputs: outputs.map((id) => formatShape(builder.shapeOf(id))),
    params: Object.values(graph.params).map(({ name, shape }) => `${name} ${shape.join('×')}`),
    macs: graphCost(graph).macs,
  };
}

describe('a dense layer by an equation', () => {
  const query = { equation: 'abc,cde->abde', kernel: [32, 4, 8], bias: [4, 8] };

  it('has a kernel with an axis for the heads, and costs what a matrix would', () => {
    expect(layer('einsumDense', [N, 10, 32], query)).toEqual({
      outputs: ['N×10×4×8'],
      params: ['layer/kernel 32×4×8', 'layer/bias 4×8'],
      macs: 10 * 32 * 32,
    });
    expect(layer('einsumDense', [N, 10, 32], { ...query, bias: null }).params).toEqual([
      'layer/kernel 32×4×8',
    ]);
  });

  it('refuses an input that does not fit, with both sizes', () => {
    expect(() => layer('einsumDense', [N, 10, 31], query)).toThrow(/31|32/);
  });
});

describe('a recurrent cell', () => {
  const lstm = { cell: 'lstm', inputSize: 6, units: 5, bias: true, resetAfter: false, sequences: true };

  it.each([
    ['an LSTM', lstm, ['N×7×5', 'N×5', 'N×5'], [20, '20'], 7 * 20 * 11],
    ['a GRU', { ...lstm, cell: 'gru', resetAfter: true }, ['N×7×5', 'N×5'], [15, '2×15'], 7 * 15 * 11],
    [
      'the last step only',
      { ...lstm, cell: 'simple', sequences: false },
      ['N×5', 'N×5'],
      [5, '5'],
      7 * 5 * 11,
    ],
  ] as const)('of %s', (_, attrs, outputs, [wide, bias], macs) => {
    expect(layer('recurrentCell', [N, 7, 6], attrs)).toEqual({
      outputs,
      params: [`layer/kernel 6×${wide}`, `layer/recurrent_kernel 5×${wide}`, `layer/bias ${bias}`],
      macs,
    });
  });

  it('refuses other features', () => {
    expect(() => layer('recurrentCell', [N, 7, 4], lstm)).toThrow(
      'a recurrent layer expects 6 features a step but the input is N×7×4',
    );
  });
});

describe('channels', () => {
  const convolution = (inChannels: number, outChannels: number, groups = 1) => ({
    inChannels,
    outChannels,
    groups,
    kernel: 3,
    stride: 1,
    padding: 'same',
    bias: false,
  });

  it('of a depthwise layer with a multiplier go with its inputs, whose axis its kernel keeps apart', () => {
    const builder = new GraphBuilder('keras');
    builder.declareParam({
      name: 'wide/kernel',
      shape: [3, 3, 4, 2],
      axes: ['other', 'other', 'other', 'other'],
      dtype: 'float32',
      trainable: true,
      init: { kind: 'constant', value: 0 },
    });
    const [a] = builder.add('conv2d', [builder.input([N, 8, 8, 3])], convolution(3, 4), { path: 'first' });
    const place = { path: 'wide', params: { weight: 'wide/kernel' } };
    const [b] = builder.add('conv2d', [a!], convolution(4, 8, 4), place);
    const graph = builder.finish('net', builder.add('conv2d', [b!], convolution(8, 2), { path: 'last' }));
    const group = findGroups(graph).find(({ id }) => id === 'first')!;
    const smaller = shrink(graph, new Map([[group.id, Uint32Array.of(0, 2, 3)]])).graph;
    expect(Object.values(smaller.params).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'wide/kernel 3×3×3×2',
      'first/kernel 3×3×3×3',
      'last/kernel 3×3×6×2',
    ]);
  });

  it('pass through PReLU, whose slopes are cut with them', () => {
    const builder = new GraphBuilder('keras');
    const [a] = builder.add('conv2d', [builder.input([N, 8, 8, 3])], convolution(3, 4), { path: 'first' });
    const [b] = builder.add('preluChannels', [a!], { shape: [1, 1, 4] }, { path: 'slope' });
    const graph = builder.finish('net', builder.add('conv2d', [b!], convolution(4, 2), { path: 'last' }));
    const smaller = shrink(graph, new Map([['first', Uint32Array.of(1, 2)]])).graph;
    expect(smaller.params['slope/alpha']!.shape).toEqual([1, 1, 2]);
    expect(smaller.nodes[1]!.attrs['shape']).toEqual([1, 1, 2]);
  });
});
