// Batched matrix product of two activations.
import { matrixProduct } from '../../../native/kernels/matrix-product';
import type { tf } from '../../../native/tf';
import type { Kernel } from '../kernel';

/** A vector on the left is a row, on the right a column, whose axis then goes again (NumPy's rule). */
export const matmul: Kernel = {
  op: 'matmul',
  axes: 'graph',
  run({ inputs }) {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor];
    const y = matrixProduct(a.rank === 1 ? a.expandDims(0) : a, b.rank === 1 ? b.expandDims(1) : b);
    if (a.rank > 1 && b.rank > 1) return y;
    const shape = y.shape.slice();
    if (b.rank === 1) shape.splice(-1, 1);
    if (a.rank === 1) shape.splice(b.rank === 1 ? -1 : -2, 1);
    return y.reshape(shape);
  },
};
