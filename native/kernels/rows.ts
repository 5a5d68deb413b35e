// Looks rows up in a table; the gradient adds up what fell on each row.
import { tf } from '../tf';

/** @param table rows × width. @param index of rows, each within the table. @returns one row an index. */
export function rowsAt(table: tf.Tensor, index: tf.Tensor): tf.Tensor {
  if (table.dtype !== 'float32') return tf.gather(table, index);
  const positions = index as tf.Tensor1D;
  const op = tf.customGrad((...args) => {
    const [rows, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([positions]);
    return {
      value: tf.gather(rows, positions),
      gradFunc: (dy: tf.Tensor, [at]: tf.Tensor[]) =>
        tf.unsortedSegmentSum(dy, at as tf.Tensor1D, table.shape[0]),
    };
  });
  return op(table);
}
