// Normalisation. BatchNorm stays a node of its own, under its own names: runtimes fold it into the convolution at load.
import { channelAxis, int } from '../../../../core/graph/op';
import { elementsOf } from '../../../../core/sparsity/mask';
import { floats, type OnnxOp, type OpContext } from '../op';

const filled = (c: OpContext, shape: readonly number[], value: number): string =>
  c.constant(floats(shape, new Float32Array(elementsOf(shape)).fill(value)));

const batchNorm2d: OnnxOp = (c) => {
  const shape = [int(c.attrs, 'features')];
  const stats = [
    c.has('weight') ? c.param('weight') : filled(c, shape, 1),
    c.has('bias') ? c.param('bias') : filled(c, shape, 0),
    c.param('running_mean'),
    c.param('running_var'),
  ];
  const attrs = { epsilon: { float: Number(c.attrs['eps'] ?? 1e-5) } };
  const rank = c.inputShape(0).length;
  const normalise = (x: string) => c.emit('BatchNormalization', [x, ...stats], attrs);
  if (rank === 4) return { name: normalise(c.input(0, 'image')), form: 'image' };
  const x = c.input(0, 'plain');
  // ONNX wants channels at axis 1; other ranks with channels last are turned there and back.
  if (channelAxis(rank, c.layout) === 1) return { name: normalise(x), form: 'plain' };
  const axes = Array.from({ length: rank - 2 }, (_, i) => i);
  const there = { perm: { ints: [0, rank - 1, ...axes.map((i) => i + 1)] } };
  const back = { perm: { ints: [0, ...axes.map((i) => i + 2), 1] } };
  return { name: c.emit('Transpose', [normalise(c.emit('Transpose', [x], there))], back), form: 'plain' };
};

const layerNorm: OnnxOp = (c) => {
  const shape = c.attrs['shape'] as readonly number[];
  const scale = c.has('weight') ? c.param('weight') : filled(c, shape, 1);
  const attrs = { axis: { int: -shape.length }, epsilon: { float: Number(c.attrs['eps'] ?? 1e-5) } };
  const inputs = [c.input(0, 'plain'), scale, ...(c.has('bias') ? [c.param('bias')] : [])];
  return { name: c.emit('LayerNormalization', inputs, attrs), form: 'plain' };
};

export const norms = { batchNorm2d, layerNorm };
