// Fully connected layer over the last dimension.
import { tf } from '../../../native/tf';
import { first, type Kernel } from '../kernel';

export const linear: Kernel = {
  op: 'linear',
  run(call) {
    const x = first(call);
    const weight = call.param('weight') as unknown as tf.Tensor2D;
    const rows = x.rank === 2 ? (x as tf.Tensor2D) : x.reshape<tf.Tensor2D>([-1, x.shape.at(-1)!]);
    const product = tf.matMul(rows, weight);
    const bias = call.param('bias');
    const y = bias ? tf.add(product, bias) : product;
    return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), weight.shape[1]]);
  },
};
