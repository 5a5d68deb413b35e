// Gradients of the largest values, which tf lacks, and of running sums, whose axis tf loses.
import { tf } from '../tf';

export function registerOrderGradients(): void {
  tf.registerGradient({
    kernelName: 'TopK',
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor];
      const [values] = dy as unknown as tf.Tensor[];
      return { x: () => scattered(values!, indices, x.shape) };
    },
  });
  tf.registerGradient({
    kernelName: 'Cumsum',
    inputsToSave: ['x'],
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}

/** Each value back to where it was taken from, along the last axis. */
function scattered(values: tf.Tensor, indices: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [width, k] = [shape.at(-1)!, values.shape.at(-1)!];
  const rows = values.size / k;
  const starts = tf.range(0, rows * width, width, 'int32').reshape([rows, 1]);
  const places = tf.add(indices.reshape([rows, k]), starts).as1D();
  return tf.unsortedSegmentSum(values.flatten(), places, rows * width).reshape([...shape]);
}
