// Normalisation. BatchNorm stays a node of its own, under its own names: runtimes fold it into the convolution at load.
import { axesOf } from '../../../../core/graph/attributes';
import { int } from '../../../../core/graph/op';
import type { Dim } from '../../../../core/graph/shape';
import { elementsOf } from '../../../../core/sparsity/mask';
import { channelsFirst, floats, longs, type OnnxOp, type OpContext, plain } from '../op';

const filled = (c: OpContext, shape: readonly number[], value: number): string =>
  c.constant(floats(shape, new Float32Array(elementsOf(shape)).fill(value)));
const epsilon = (c: OpContext) => Number(c.attrs['eps'] ?? 1e-5);

const batchNorm2d: OnnxOp = (c) => {
  const shape = [int(c.attrs, 'features')];
  if (!c.has('running_mean'))
    return c.refuse('it keeps no statistics: ONNX has none of the batch at inference');
  const stats = [
    c.has('weight') ? c.param('weight') : filled(c, shape, 1),
    c.has('bias') ? c.param('bias') : filled(c, shape, 0),
    c.param('running_mean'),
    c.param('running_var'),
  ];
  const attrs = { epsilon: { float: epsilon(c) } };
  return channelsFirst(c, (x) => c.emit('BatchNormalization', [x, ...stats], attrs));
};

const layerNorm: OnnxOp = (c) => {
  const shape = c.attrs['shape'] as readonly number[];
  const scale = c.has('weight') ? c.param('weight') : filled(c, shape, 1);
  const attrs = { axis: { int: -shape.length }, epsilon: { float: epsilon(c) } };
  const inputs = [c.input(0, 'plain'), scale, ...(c.has('bias') ? [c.param('bias')] : [])];
  return plain(c.emit('LayerNormalization', inputs, attrs));
};

const rmsNorm: OnnxOp = (c) => {
  const x = c.input(0, 'plain');
  const axes = (c.attrs['shape'] as readonly number[]).map((_, i) => -1 - i).reverse();
  const mean = c.emit('ReduceMean', [c.emit('Mul', [x, x])], { axes: { ints: axes }, keepdims: { int: 1 } });
  const size = c.emit('Sqrt', [c.emit('Add', [mean, c.scalar(epsilon(c))])]);
  const y = c.emit('Div', [x, size]);
  return plain(c.has('weight') ? c.emit('Mul', [y, c.param('weight')]) : y);
};

/** Times the scale plus the shift of each channel, which stand at axis 1. */
function affine(c: OpContext, x: string): string {
  const sizes = [
    -1,
    ...c
      .inputShape(0)
      .slice(2)
      .map(() => 1),
  ];
  const along = (name: string) => c.emit('Reshape', [name, c.constant(longs(sizes))]);
  const scaled = c.has('weight') ? c.emit('Mul', [x, along(c.param('weight'))]) : x;
  return c.has('bias') ? c.emit('Add', [scaled, along(c.param('bias'))]) : scaled;
}

/** Groups of channels as the channels of one InstanceNormalization. */
const grouped =
  (groupsOf: (c: OpContext) => number): OnnxOp =>
  (c) => {
    if (c.has('running_mean')) return c.refuse('its running statistics are not written');
    const groups = groupsOf(c);
    const dims = c.inputShape(0);
    const apart = c.constant(longs([0, groups, -1]));
    return channelsFirst(c, (x) => {
      const inputs = [c.emit('Reshape', [x, apart]), filled(c, [groups], 1), filled(c, [groups], 0)];
      const y = c.emit('InstanceNormalization', inputs, { epsilon: { float: epsilon(c) } });
      return affine(c, c.emit('Reshape', [y, c.shape(firstChannels(c, dims))]));
    });
  };

/** The shape with channels at axis 1. */
const firstChannels = (c: OpContext, dims: readonly Dim[]): Dim[] =>
  c.layout === 'NCHW' ? [...dims] : [dims[0]!, dims.at(-1)!, ...dims.slice(1, -1)];

const localResponseNorm: OnnxOp = (c) => {
  const size = int(c.attrs, 'size');
  if (size % 2 === 0)
    return c.refuse(`its window of ${size} lies elsewhere than ONNX's: only odd ones agree`);
  const attrs = {
    size: { int: size },
    alpha: { float: Number(c.attrs['alpha']) },
    beta: { float: Number(c.attrs['beta']) },
    bias: { float: Number(c.attrs['k']) },
  };
  return channelsFirst(c, (x) => c.emit('LRN', [x], attrs));
};

const normalize: OnnxOp = (c) => {
  const p = Number(c.attrs['p'] ?? 2);
  if (p !== 1 && p !== 2) return c.refuse(`a length of p = ${p} is not written`);
  const form = c.cheapForm();
  const axes = axesOf(c.attrs, c.inputShape(0).length).map((axis) => c.axis(axis, form));
  const x = c.input(0, form);
  const length = c.emit(`ReduceL${p}`, [x], { axes: { ints: axes }, keepdims: { int: 1 } });
  const least = c.emit('Max', [length, c.scalar(Number(c.attrs['eps'] ?? 1e-12))]);
  return { name: c.emit('Div', [x, least]), form };
};

export const norms = {
  batchNorm2d,
  layerNorm,
  rmsNorm,
  groupNorm: grouped((c) => int(c.attrs, 'groups')),
  instanceNorm: grouped((c) => int(c.attrs, 'features')),
  localResponseNorm,
  normalize,
};
