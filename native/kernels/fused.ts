// Fused steps of training: one kernel where the device has it, plain tf ops everywhere else.
import { tf } from '../tf';

const has = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined;
const run = (
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, number> = {},
): tf.Tensor[] => {
  const out = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs, attrs);
  return Array.isArray(out) ? out : [out];
};

export interface Moments {
  readonly mean: tf.Tensor1D;
  /** Biased: divided by the number of elements. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation with the statistics of this batch, over all axes but the last.
 * @param onMoments is called once in the forward pass; it may keep or assign what it is given.
 */
export function batchNormTrain(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
  onMoments: (moments: Moments) => void,
): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [input, gamma, beta] = args as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
    const save = args[3] as unknown as tf.GradSaveFunc;
    const { value, mean, variance } = forward(input, gamma, beta, epsilon);
    onMoments({ mean, variance });
    save([input, gamma, mean, variance]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(dy, saved as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D], epsilon),
    };
  });
  return op(x, scale, offset);
}

function forward(x: tf.Tensor, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number) {
  if (has('EspalierBatchNormTrain')) {
    const [value, mean, variance] = run('EspalierBatchNormTrain', { x, scale, offset }, { epsilon });
    return { value: value!, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
  }
  const { mean, variance } = tf.moments(x, allButLast(x));
  const value = tf.batchNorm(x, mean, variance, offset, scale, epsilon);
  return { value, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

function backward(
  dy: tf.Tensor,
  [x, scale, mean, variance]: [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D],
  epsilon: number,
): tf.Tensor[] {
  if (has('EspalierBatchNormGrad'))
    return run('EspalierBatchNormGrad', { dy, x, scale, mean, variance }, { epsilon });
  const axes = allButLast(x);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normal = tf.mul(tf.sub(x, mean), inverse);
  const [doffset, dscale] = [tf.sum(dy, axes), tf.sum(tf.mul(dy, normal), axes)];
  const count = x.size / scale.size;
  const centred = tf.sub(dy, tf.div(tf.add(doffset, tf.mul(normal, dscale)), count));
  return [tf.mul(centred, tf.mul(scale, inverse)), dscale, doffset];
}

const allButLast = (x: tf.Tensor): number[] => x.shape.slice(0, -1).map((_, i) => i);

/** ReLU whose gradient is one pass. */
export function relu(x: tf.Tensor): tf.Tensor {
  if (!has('EspalierReluGrad')) return tf.relu(x);
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const value = tf.relu(input);
    save([value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => run('EspalierReluGrad', { dy, y: y! })[0]!,
    };
  });
  return op(x);
}

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
    const attrs = { strides, pad, dilations } as unknown as tf.NamedAttrMap;
    return tf.engine().runKernel('EspalierConv2D', { x, filter }, attrs);
  }
  // tf refuses gradients under dilation; a filter with zeros between its taps computes the same.
  return tf.conv2d(x, spread(filter, dilations), strides, pad);
}

/** Depthwise convolution in NHWC with gradients under dilation. Filter: height × width × in × multiplier. */
export const depthwiseConv2dTrain = (
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: [number, number],
  pad: Pad,
  dilations: [number, number],
): tf.Tensor4D => tf.depthwiseConv2d(x, spread(filter, dilations), strides, pad);

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

export interface AdamAttrs {
  /** Step size with the bias corrections folded in. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** One Adam step: the new value, first and second moment. */
export function adam(
  value: tf.Tensor,
  gradient: tf.Tensor,
  m: tf.Tensor,
  v: tf.Tensor,
  { rate, beta1, beta2, epsilon }: AdamAttrs,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  if (has('EspalierAdam')) {
    return run('EspalierAdam', { value, gradient, m, v }, { rate, beta1, beta2, epsilon }) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
  }
  const first = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
  const second = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
  return [tf.sub(value, step), first, second];
}
