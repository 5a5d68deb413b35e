// Fused steps of training: one kernel where the device has it, plain tf ops everywhere else.
import { tf } from '../tf';

/** Whether the active backend has a kernel. */
export const has = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined;
export const run = (
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, number | number[]> = {},
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
  // What each is made of goes at once: of the largest parameter that is much.
  const first = tf.tidy(() => tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
  const second = tf.tidy(() => tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const next = tf.tidy(() => {
    const size = tf.tidy(() => tf.add(tf.sqrt(second), epsilon));
    return tf.sub(
      value,
      tf.tidy(() => tf.div(tf.mul(first, rate), size)),
    );
  });
  return [next, first, second];
}
