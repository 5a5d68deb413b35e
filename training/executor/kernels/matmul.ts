// Batched matrix product of two activations.
import { tf } from '../../../native/tf';
import { toGraphOrder, toNhwc } from '../borders';
import type { Kernel } from '../kernel';

export const matmul: Kernel = {
  op: 'matmul',
  run({ inputs, layout }) {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor];
    return toNhwc(tf.matMul(toGraphOrder(a, layout), toGraphOrder(b, layout)), layout);
  },
};
