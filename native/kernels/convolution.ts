// Convolutions for training: the device's own kernel where it has one, tf's with what its gradients lack elsewhere.
import { tf } from '../tf';
import { has } from './fused';

/** Padding as tf takes it: `same`, `valid`, or rows and columns on each side. */
export type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];

/** Convolution in NHWC whose gradients are fast, and exist under dilation too. Filter: height × width × in × out. */
export function conv2dTrain(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: [number, number],
  pad: Pad,
  dilations: [number, number],
): tf.Tensor4D {
  if (has('EspalierConv2D')) {
    // TensorFlow has no gradients under dilation on a CPU.
    const isSpread = tf.getBackend() === 'tensorflow';
    const taps = isSpread ? spread(filter, dilations) : filter;
    const attrs = { strides, pad, dilations: isSpread ? [1, 1] : dilations } as unknown as tf.NamedAttrMap;
    return tf.engine().runKernel('EspalierConv2D', { x, filter: taps }, attrs);
  }
  const [image, rest] = framed(x, pad);
  return tf.conv2d(image, spread(filter, dilations), strides, rest);
}

/** Depthwise convolution in NHWC with gradients under dilation. Filter: height × width × in × multiplier. */
export function depthwiseConv2dTrain(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: [number, number],
  pad: Pad,
  dilations: [number, number],
): tf.Tensor4D {
  const [image, rest] = framed(x, pad);
  return tf.depthwiseConv2d(image, spread(filter, dilations), strides, rest);
}

/** TensorFlow's gradients know no explicit padding, so there the image is padded instead. */
function framed(x: tf.Tensor4D, pad: Pad): [tf.Tensor4D, Pad] {
  return typeof pad === 'string' || tf.getBackend() !== 'tensorflow' ? [x, pad] : [tf.pad(x, pad), 'valid'];
}

/** tf refuses gradients under dilation; a filter with zeros between its taps computes the same. */
function spread(filter: tf.Tensor4D, [down, across]: readonly [number, number]): tf.Tensor4D {
  if (down === 1 && across === 1) return filter;
  const [height, width, from, to] = filter.shape;
  const rows = tf.pad(filter.reshape([height, 1, width, from * to]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, 0],
  ]);
  const cells = rows.reshape([height * down, width, 1, from * to]);
  const spreadOut = tf.pad(cells, [
    [0, 0],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const full = spreadOut.reshape<tf.Tensor4D>([height * down, width * across, from, to]);
  return tf.slice(full, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, from, to]);
}

tf.registerGradient({
  kernelName: 'EspalierConv2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const gradient = dy as tf.Tensor;
    const run = (kernel: string, inputs: tf.NamedTensorMap, extra: tf.NamedAttrMap): tf.Tensor =>
      tf.engine().runKernel(kernel, inputs, { ...attrs, ...extra });
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy: gradient, filter }, { inputShape: x.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x, dy: gradient }, { filterShape: filter.shape }),
    };
  },
});
