// Fully connected layer over the last dimension, as the graph counts dimensions.
import { tf } from '../../../native/tf';
import { toGraphOrder, toNhwc } from '../borders';
import { first, type Kernel } from '../kernel';

export const linear: Kernel = {
  op: 'linear',
  run(call) {
    const x = toGraphOrder(first(call), call.layout);
    const weight = call.param('weight') as unknown as tf.Tensor2D;
    const rows = x.rank === 2 ? (x as tf.Tensor2D) : x.reshape<tf.Tensor2D>([-1, x.shape.at(-1)!]);
    const product = tf.matMul(rows, weight);
    const bias = call.param('bias');
    const y = bias ? tf.add(product, bias) : product;
    return x.rank === 2 ? y : toNhwc(y.reshape([...x.shape.slice(0, -1), weight.shape[1]]), call.layout);
  },
};
