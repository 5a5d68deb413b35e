// Fully connected layers: over the last dimension, and bilinear forms of two inputs.
import { tf } from '../../../native/tf';
import { first, type Kernel } from '../kernel';

export const linear: Kernel = {
  op: 'linear',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const weight = call.param('weight') as tf.Tensor2D;
    const rows = x.rank === 2 ? (x as tf.Tensor2D) : x.reshape<tf.Tensor2D>([-1, x.shape.at(-1)!]);
    const product = tf.matMul(rows, weight);
    const bias = call.param('bias');
    const y = bias ? tf.add(product, bias) : product;
    return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), weight.shape[1]]);
  },
};

/** y[o] = Σ x1[i] · W[o, i, j] · x2[j]. */
export const bilinear: Kernel = {
  op: 'bilinear',
  axes: 'graph',
  run(call) {
    const [a, b] = call.inputs as [tf.Tensor, tf.Tensor];
    const weight = call.param('weight')!;
    const [out, left, right] = weight.shape as [number, number, number];
    const rows = a.reshape<tf.Tensor2D>([-1, left]);
    const columns = b.reshape<tf.Tensor2D>([-1, right]);
    const through = tf.matMul(
      rows,
      weight.transpose<tf.Tensor3D>([1, 0, 2]).reshape<tf.Tensor2D>([left, out * right]),
    );
    const y = tf.sum(tf.mul(through.reshape([-1, out, right]), columns.expandDims(1)), 2);
    const bias = call.param('bias');
    return (bias ? tf.add(y, bias) : y).reshape([...a.shape.slice(0, -1), out]);
  },
};
