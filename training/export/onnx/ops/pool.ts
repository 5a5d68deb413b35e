// Pooling and means.
import { imageAxes, pair } from '../../../../core/graph/op';
import { axisOf, sizeAt } from '../../../../core/graph/shape';
import { floats, type Form, type OnnxOp } from '../op';
import { windowAttrs } from '../window';

const maxPool2d: OnnxOp = (c) => {
  const attrs = { ...windowAttrs(c), ceil_mode: { int: c.attrs['ceilMode'] === true ? 1 : 0 } };
  return { name: c.emit('MaxPool', [c.input(0, 'image')], attrs), form: 'image' };
};

const avgPool2d: OnnxOp = (c) => {
  const { dilations, ...attrs } = windowAttrs(c);
  if (dilations) return c.refuse('an average over a dilated window came with opset 19');
  const flags = {
    ceil_mode: { int: c.attrs['ceilMode'] === true ? 1 : 0 },
    // PyTorch counts padding by default; Keras never does.
    count_include_pad: { int: c.attrs['countIncludePad'] === false ? 0 : 1 },
  };
  return { name: c.emit('AveragePool', [c.input(0, 'image')], { ...attrs, ...flags }), form: 'image' };
};

const adaptiveAvgPool2d: OnnxOp = (c) => {
  const { height, width } = imageAxes(c.layout);
  const image = c.inputShape(0);
  const sizes = [height, width].map((axis) => sizeAt(image[axis]!, 1));
  const out = pair(c.attrs, 'output');
  const x = c.input(0, 'image');
  if (out.every((n) => n === 1)) return { name: c.emit('GlobalAveragePool', [x]), form: 'image' };
  if (sizes.every((size, i) => size % out[i]! === 0)) {
    const ints = sizes.map((size, i) => size / out[i]!);
    return {
      name: c.emit('AveragePool', [x], { kernel_shape: { ints }, strides: { ints } }),
      form: 'image',
    };
  }
  // Windows of unequal size: an average is a product with a matrix, one for the rows and one for the columns.
  const rows = c.constant(floats([out[0], sizes[0]!], averages(sizes[0]!, out[0])));
  const columns = c.constant(floats([out[1], sizes[1]!], averages(sizes[1]!, out[1])));
  const turned = c.emit('Transpose', [columns], { perm: { ints: [1, 0] } });
  return { name: c.emit('MatMul', [c.emit('MatMul', [rows, x]), turned]), form: 'image' };
};

/** Row i averages ⌊i·size/out⌋ … ⌈(i+1)·size/out⌉ − 1, PyTorch's windows. */
function averages(size: number, out: number): number[] {
  return Array.from({ length: out }, (_, i) => {
    const [start, end] = [Math.floor((i * size) / out), Math.ceil(((i + 1) * size) / out)];
    return Array.from({ length: size }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0));
  }).flat();
}

const mean: OnnxOp = (c) => {
  const rank = c.inputShape(0).length;
  const axes = (c.attrs['axes'] as readonly number[]).map((axis) => axisOf(axis, rank));
  const keep = c.attrs['keepDims'] === true;
  // Without the reduced axes, what is left of an NCHW image stands in NHWC's order only in these cases.
  const sameOrder = keep || axes.includes(3) || (axes.includes(1) && axes.includes(2));
  const form: Form = sameOrder ? c.cheapForm() : 'plain';
  const attrs = {
    axes: { ints: axes.map((axis) => c.axis(axis, form)) },
    keepdims: { int: keep ? 1 : 0 },
  };
  return { name: c.emit('ReduceMean', [c.input(0, form)], attrs), form: keep ? form : 'plain' };
};

export const pools = { maxPool2d, avgPool2d, adaptiveAvgPool2d, mean };
