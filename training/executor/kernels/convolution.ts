// Convolution over one, two and three dimensions: plain, grouped and depthwise.
import { isDepthwise } from '../../../core/graph/conventions';
import { each } from '../../../core/graph/attributes';
import { int } from '../../../core/graph/op';
import { conv2dTrain, depthwiseConv2dTrain, type Pad } from '../../../native/kernels/convolution';
import { convolution3d } from '../../../native/kernels/convolution3d';
import { tf } from '../../../native/tf';
import { first, type Kernel, type KernelCall } from '../kernel';
import { type Pads, samePads } from './windows';

/** One way of convolving in NHWC (or N, depth, height, width, channels): what groups and biases are put around. */
type Convolve = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

const kernel = (op: string, convolveOf: (call: KernelCall) => Convolve): Kernel => ({
  op,
  axes: 'channelsLast',
  run(call) {
    const weight = call.param('weight')!;
    const groups = isDepthwise(op, call.node.attrs) ? 1 : int(call.node.attrs, 'groups');
    const y = grouped(first(call), weight, groups, convolveOf(call));
    const bias = call.param('bias');
    return bias ? tf.add(y, bias) : y;
  },
});

export const conv2d = kernel('conv2d', (call) => {
  const { attrs } = call.node;
  return planar(
    call,
    each(attrs, 'stride', 2, 1),
    each(attrs, 'dilation', 2, 1),
    paddingOf(call, (i) => [0, ...each(attrs, 'padding', 2, 0)][i + 1]!),
  );
});

/** As an image one row high. */
export const conv1d = kernel('conv1d', (call) => {
  const { attrs } = call.node;
  const [stride, dilation] = [each(attrs, 'stride', 1, 1)[0]!, each(attrs, 'dilation', 1, 1)[0]!];
  const pad = paddingOf(call, (i) => (i === 0 ? 0 : each(attrs, 'padding', 1, 0)[0]!));
  const convolve = planar(call, [1, stride], [1, dilation], pad);
  return (x, filter) => {
    const [batch, length, channels] = x.shape as [number, number, number];
    const y = convolve(x.reshape([batch, 1, length, channels]), filter.expandDims(0));
    return y.reshape([batch, y.shape[2]!, y.shape[3]!]);
  };
});

export const conv3d = kernel('conv3d', (call) => {
  const { attrs } = call.node;
  const [stride, dilation] = [each(attrs, 'stride', 3, 1), each(attrs, 'dilation', 3, 1)];
  return (x, filter) => {
    const pads: Pads =
      attrs['padding'] === 'valid'
        ? [0, 1, 2].map(() => [0, 0] as const)
        : attrs['padding'] === 'same'
          ? samePads(x.shape.slice(1, 4), filter.shape.slice(0, 3), stride, dilation)
          : each(attrs, 'padding', 3, 0).map((pad) => [pad, pad] as const);
    const plane = isDepthwise(call.node.op, attrs) ? depthwiseConv2dTrain : conv2dTrain;
    return convolution3d(padded(x, pads) as tf.Tensor5D, filter as tf.Tensor5D, stride, dilation, plane);
  };
});

export const padded = (x: tf.Tensor, pads: Pads, value = 0): tf.Tensor =>
  pads.every(([before, after]) => before === 0 && after === 0)
    ? x
    : tf.pad(x, [[0, 0], ...pads.map(([before, after]): [number, number] => [before, after]), [0, 0]], value);

function planar(
  call: KernelCall,
  stride: readonly number[],
  dilation: readonly number[],
  pad: Pad,
): Convolve {
  const strides = [...stride] as [number, number];
  const dilations = [...dilation] as [number, number];
  // tf's own take strides or dilations, not both.
  const own = call.training || [strides, dilations].every((steps) => steps.some((step) => step > 1));
  return (image, weight) => {
    const [x, filter] = [image as tf.Tensor4D, weight as tf.Tensor4D];
    if (isDepthwise(call.node.op, call.node.attrs))
      return own
        ? depthwiseConv2dTrain(x, filter, strides, pad, dilations)
        : tf.depthwiseConv2d(x, filter, strides, pad, 'NHWC', dilations);
    return own
      ? conv2dTrain(x, filter, strides, pad, dilations)
      : tf.conv2d(x, filter, strides, pad, 'NHWC', dilations);
  };
}

function paddingOf({ node: { attrs } }: KernelCall, of: (which: 0 | 1) => number): Pad {
  if (attrs['padding'] === 'same' || attrs['padding'] === 'valid') return attrs['padding'];
  const [h, w] = [of(0), of(1)];
  // Zero padding stays 'valid', which every backend computes without a copy.
  return h === 0 && w === 0
    ? 'valid'
    : [
        [0, 0],
        [h, h],
        [w, w],
        [0, 0],
      ];
}

/** Each group convolves its own share of the channels; outputs are concatenated. Weight: kernel × in/groups × out. */
function grouped(x: tf.Tensor, weight: tf.Tensor, groups: number, convolve: Convolve): tf.Tensor {
  if (groups === 1) return convolve(x, weight);
  const filters = tf.split(weight, groups, weight.rank - 1);
  const parts = tf.split(x, groups, x.rank - 1);
  return tf.concat(
    parts.map((part, i) => convolve(part, filters[i]!)),
    x.rank - 1,
  );
}
