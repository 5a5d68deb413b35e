// Softmax over any axis, whose gradient needs the result alone.
import { tf } from '../tf';

/** exp(x − max) / Σ, over one axis. */
export function softmax(x: tf.Tensor, axis: number): tf.Tensor {
  return withGradient(x, axis, plain, (dy, y) => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), axis, true)), y));
}

export function logSoftmax(x: tf.Tensor, axis: number): tf.Tensor {
  const log = (input: tf.Tensor) => {
    const shifted = tf.sub(input, tf.max(input, axis, true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
  };
  return withGradient(x, axis, log, (dy, y) => tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, axis, true))));
}

function plain(x: tf.Tensor, axis: number): tf.Tensor {
  if (axis === x.rank - 1) return tf.softmax(x);
  const powers = tf.exp(tf.sub(x, tf.max(x, axis, true)));
  return tf.div(powers, tf.sum(powers, axis, true));
}

function withGradient(
  x: tf.Tensor,
  axis: number,
  forward: (x: tf.Tensor, axis: number) => tf.Tensor,
  backward: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const value = forward(input, axis);
    save([value]);
    return { value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => backward(dy, y!) };
  });
  return op(x);
}
