// Layer normalisation of rows, with the gradient written out: few passes, and little kept for the way back.
import { tf } from '../tf';

/**
 * (x − mean) / √(variance + ε) · scale + offset along the rows (Ba et al. 2016, arXiv 1607.06450).
 * @param x rows × width. @param scale, offset of the width, where the layer has them.
 */
export function layerNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D | undefined,
  offset: tf.Tensor1D | undefined,
  epsilon: number,
): tf.Tensor2D {
  const normal = standardised(x, epsilon);
  const scaled = scale ? tf.mul(normal, scale) : normal;
  return (offset ? tf.add(scaled, offset) : scaled) as tf.Tensor2D;
}

function standardised(x: tf.Tensor2D, epsilon: number): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const centred = tf.sub(input, tf.mean(input, 1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
    const value = tf.mul(centred, inverse);
    save([value, inverse]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [y, inv]: tf.Tensor[]) => {
        const along = tf.mul(y!, tf.mean(tf.mul(dy, y!), 1, true));
        return tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, 1, true)), along), inv!);
      },
    };
  });
  return op(x);
}
