// Convolution: plain, grouped and depthwise.
import { isDepthwise } from '../../../core/graph/conventions';
import { int, pair } from '../../../core/graph/op';
import { conv2dTrain, depthwiseConv2dTrain, type Pad } from '../../../native/kernels/convolution';
import { tf } from '../../../native/tf';
import { first, type Kernel, type KernelCall } from '../kernel';

export const conv2d: Kernel = {
  op: 'conv2d',
  run(call) {
    const { node, param } = call;
    const x = first(call) as tf.Tensor4D;
    const weight = param('weight') as unknown as tf.Tensor4D;
    const strides = [...pair(node.attrs, 'stride', 1)] as [number, number];
    const dilations = [...pair(node.attrs, 'dilation', 1)] as [number, number];
    const y = isDepthwise(node.op, node.attrs)
      ? call.training
        ? depthwiseConv2dTrain(x, weight, strides, padding(call), dilations)
        : tf.depthwiseConv2d(x, weight, strides, padding(call), 'NHWC', dilations)
      : grouped(x, weight, int(node.attrs, 'groups'), (part, filter) =>
          call.training
            ? conv2dTrain(part, filter, strides, padding(call), dilations)
            : tf.conv2d(part, filter, strides, padding(call), 'NHWC', dilations),
        );
    const bias = param('bias');
    return bias ? tf.add(y, bias) : y;
  },
};

function padding({ node: { attrs } }: KernelCall): Pad {
  if (attrs['padding'] === 'same' || attrs['padding'] === 'valid') return attrs['padding'];
  const [h, w] = pair(attrs, 'padding', 0);
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

/** Each group convolves its own share of the channels; outputs are concatenated. Weight: H × W × in/groups × out. */
function grouped(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  groups: number,
  convolve: (part: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  if (groups === 1) return convolve(x, weight);
  const filters = tf.split<tf.Tensor4D>(weight, groups, 3);
  const parts = tf.split<tf.Tensor4D>(x, groups, 3);
  return tf.concat(
    parts.map((part, i) => convolve(part, filters[i]!)),
    3,
  );
}
