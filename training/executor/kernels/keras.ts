// Keras' own layers: dense layers by an equation, and recurrent layers with its gates and its order of them.
import { tf } from '../../../native/tf';
import { first, isSet, type Kernel, number, word } from '../kernel';
import { summed } from './einsum';

const einsumDense: Kernel = {
  op: 'einsumDense',
  axes: 'graph',
  run(call) {
    const y = summed([first(call), call.param('weight')!], call.node.attrs['equation']);
    const bias = call.param('bias');
    return bias ? tf.add(y, bias) : y;
  },
};

interface Step {
  /** The input's share: batch × gates. */
  readonly x: tf.Tensor2D;
  readonly state: readonly tf.Tensor2D[];
  /** units × gates. */
  readonly recurrent: tf.Tensor2D;
  /** Of the recurrent product, where it has one of its own. */
  readonly bias: tf.Tensor | undefined;
  readonly resetAfter: boolean;
}

const split = (x: tf.Tensor2D, count: number): tf.Tensor2D[] => tf.split<tf.Tensor2D>(x, count, 1);

const cells: Readonly<Record<string, (step: Step) => tf.Tensor2D[]>> = {
  simple: ({ x, state: [h], recurrent }) => [tf.tanh(tf.add(x, tf.matMul(h!, recurrent)))],
  lstm({ x, state: [h, c], recurrent }) {
    const [i, f, g, o] = split(tf.add(x, tf.matMul(h!, recurrent)), 4);
    const carry = tf.add<tf.Tensor2D>(tf.mul(tf.sigmoid(f!), c!), tf.mul(tf.sigmoid(i!), tf.tanh(g!)));
    return [tf.mul(tf.sigmoid(o!), tf.tanh(carry)), carry];
  },
  gru({ x, state: [h], recurrent, bias, resetAfter }) {
    const [xz, xr, xh] = split(x, 3);
    if (resetAfter) {
      const product = tf.matMul(h!, recurrent);
      const [hz, hr, hh] = split((bias ? tf.add(product, bias) : product) as tf.Tensor2D, 3);
      const fresh = tf.tanh(tf.add(xh!, tf.mul(tf.sigmoid(tf.add(xr!, hr!)), hh!)));
      return [blend(tf.sigmoid(tf.add(xz!, hz!)), h!, fresh)];
    }
    const [wz, wr, wh] = split(recurrent, 3);
    const reset = tf.sigmoid(tf.add(xr!, tf.matMul(h!, wr!)));
    const fresh = tf.tanh(tf.add(xh!, tf.matMul(tf.mul<tf.Tensor2D>(reset, h!), wh!)));
    return [blend(tf.sigmoid(tf.add(xz!, tf.matMul(h!, wz!))), h!, fresh)];
  },
};

/** z·h + (1 − z)·h′. */
const blend = (z: tf.Tensor, h: tf.Tensor, fresh: tf.Tensor): tf.Tensor2D =>
  tf.add(fresh, tf.mul(z, tf.sub(h, fresh)));

const recurrentCell: Kernel = {
  op: 'recurrentCell',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const [batch, length, features] = x.shape as [number, number, number];
    const kind = word(call, 'cell', 'simple');
    const cell = cells[kind]!;
    const units = number(call, 'units');
    const bias = call.param('bias');
    const resetAfter = isSet(call, 'resetAfter');
    const [own, recurrentBias] = bias?.rank === 2 ? tf.unstack(bias) : [bias, undefined];
    const product = tf.matMul(x.reshape<tf.Tensor2D>([-1, features]), call.param('kernel') as tf.Tensor2D);
    const shares = tf.unstack((own ? tf.add(product, own) : product).reshape([batch, length, -1]), 1);
    const recurrent = call.param('recurrent_kernel') as tf.Tensor2D;
    let state = Array.from({ length: kind === 'lstm' ? 2 : 1 }, (_, part) => {
      const given = call.inputs[1 + part];
      return given ? given.reshape<tf.Tensor2D>([batch, units]) : tf.zeros<tf.Rank.R2>([batch, units]);
    });
    const outputs = shares.map((share) => {
      state = cell({ x: share as tf.Tensor2D, state, recurrent, bias: recurrentBias, resetAfter });
      return state[0]!;
    });
    return [isSet(call, 'sequences') ? tf.stack(outputs, 1) : state[0]!, ...state];
  },
};

export const kerasKernels: readonly Kernel[] = [einsumDense, recurrentCell];
