// Gradients of element-wise maximum and minimum: tf's own do not add up again what was broadcast.
import { tf } from '../tf';

export function registerExtremeGradients(): void {
  register('Maximum', (a, b) => tf.greater(a, b));
  register('Minimum', (a, b) => tf.less(a, b));
}

/** Where both are equal each has half, as in PyTorch. */
function register(kernelName: string, wins: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const gradient = dy as tf.Tensor;
      const share = (one: tf.Tensor, other: tf.Tensor) => () => {
        const half = tf.mul(tf.equal(one, other).toFloat(), 0.5);
        return summedTo(tf.mul(gradient, tf.add(wins(one, other).toFloat(), half)), one.shape);
      };
      return { a: share(a, b), b: share(b, a) };
    },
  });
}

/** Over the axes along which a tensor of this shape was broadcast. */
function summedTo(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], x.shape);
  return (axes.length > 0 ? tf.sum(x, axes) : x).reshape([...shape]);
}
