// Recurrent layers as PyTorch counts them: LSTM, GRU and the plain RNN, several deep and in both directions.
import { tf } from '../../../native/tf';
import { first, isSet, type Kernel, type KernelCall, number } from '../kernel';

/** One step of a cell. @param x the input's share of the gates, bias included. @returns the new state, h first. */
type Cell = (x: tf.Tensor2D, state: readonly tf.Tensor2D[], weights: CellWeights) => tf.Tensor2D[];

interface CellWeights {
  /** Hidden × gates. */
  readonly recurrent: tf.Tensor2D;
  readonly bias: tf.Tensor | undefined;
  /** LSTM with `proj_size`: hidden × output. */
  readonly projection: tf.Tensor2D | undefined;
  readonly nonlinearity: 'tanh' | 'relu';
}

const biased = (x: tf.Tensor2D, bias: tf.Tensor | undefined): tf.Tensor2D => (bias ? tf.add(x, bias) : x);
const gates = (x: tf.Tensor2D, count: number): tf.Tensor2D[] => tf.split<tf.Tensor2D>(x, count, 1);

/** Hochreiter & Schmidhuber 1997: gates i, f, g, o. */
const lstmStep: Cell = (x, [h, c], { recurrent, bias, projection }) => {
  const [i, f, g, o] = gates(tf.add(x, biased(tf.matMul(h!, recurrent), bias)), 4);
  const carry = tf.add<tf.Tensor2D>(tf.mul(tf.sigmoid(f!), c!), tf.mul(tf.sigmoid(i!), tf.tanh(g!)));
  const out = tf.mul<tf.Tensor2D>(tf.sigmoid(o!), tf.tanh(carry));
  return [projection ? tf.matMul(out, projection) : out, carry];
};

/** Cho et al. 2014, with the reset after the product: gates r, z, n. */
const gruStep: Cell = (x, [h], { recurrent, bias }) => {
  const [xr, xz, xn] = gates(x, 3);
  const [hr, hz, hn] = gates(biased(tf.matMul(h!, recurrent), bias), 3);
  const reset = tf.sigmoid(tf.add(xr!, hr!));
  const update = tf.sigmoid(tf.add(xz!, hz!));
  const fresh = tf.tanh(tf.add(xn!, tf.mul(reset, hn!)));
  return [tf.add(fresh, tf.mul(update, tf.sub(h!, fresh)))];
};

const rnnStep: Cell = (x, [h], { recurrent, bias, nonlinearity }) => {
  const sum = tf.add(x, biased(tf.matMul(h!, recurrent), bias));
  return [(nonlinearity === 'relu' ? tf.relu(sum) : tf.tanh(sum)) as tf.Tensor2D];
};

const kernel = (op: string, step: Cell): Kernel => ({
  op,
  axes: 'graph',
  run(call) {
    const x = first(call);
    const batchFirst = isSet(call, 'batchFirst');
    const unbatched = x.rank === 2;
    // Steps × batch × features.
    let steps = unbatched ? x.expandDims(1) : batchFirst ? x.transpose([1, 0, 2]) : x;
    const last: tf.Tensor2D[][] = [];
    const [layers, directions] = [number(call, 'layers', 1), isSet(call, 'bidirectional') ? 2 : 1];
    for (let layer = 0; layer < layers; layer++) {
      const ways = ['', '_reverse'].slice(0, directions).map((reverse, d) => {
        const start = firstState(call, op, layer * directions + d, steps.shape[1]!);
        const { outputs, state } = along(call, step, steps, `_l${layer}${reverse}`, start, d === 1);
        last.push(state);
        return outputs;
      });
      steps = ways.length === 1 ? ways[0]! : tf.concat(ways, 2);
      const rate = call.training && layer < layers - 1 ? number(call, 'dropout') : 0;
      if (rate > 0) steps = tf.dropout(steps, rate, undefined, call.seed + layer);
    }
    const y = unbatched ? steps.squeeze([1]) : batchFirst ? steps.transpose([1, 0, 2]) : steps;
    const states = last[0]!.map((_, part) => {
      const all = tf.stack(last.map((state) => state[part]!));
      return unbatched ? all.squeeze([1]) : all;
    });
    return [y, ...states];
  },
});

/** Zeros, or what the layer is given: layers·directions × batch × width. */
function firstState(call: KernelCall, op: string, at: number, batch: number): tf.Tensor2D[] {
  const hidden = number(call, 'hiddenSize');
  const out = number(call, 'projSize') || hidden;
  const widths = op === 'lstm' ? [out, hidden] : [out];
  return widths.map((width, part) => {
    const given = call.inputs[1 + part];
    if (!given) return tf.zeros([batch, width]);
    const all = given.rank === 2 ? given.expandDims(1) : given;
    return tf.slice(all, [at, 0, 0], [1, -1, -1]).reshape([batch, width]);
  });
}

/** One layer in one direction over all steps; the input's products are taken at once. */
function along(
  call: KernelCall,
  step: Cell,
  x: tf.Tensor,
  suffix: string,
  start: readonly tf.Tensor2D[],
  reverse: boolean,
) {
  const [length, batch, features] = x.shape as [number, number, number];
  const matrix = (role: string) => call.param(role + suffix)?.transpose<tf.Tensor2D>();
  const inputs = tf.matMul(x.reshape<tf.Tensor2D>([length * batch, features]), matrix('weight_ih')!);
  const bias = call.param(`bias_ih${suffix}`);
  const shares = tf.unstack((bias ? tf.add(inputs, bias) : inputs).reshape([length, batch, -1]));
  const weights: CellWeights = {
    recurrent: matrix('weight_hh')!,
    bias: call.param(`bias_hh${suffix}`),
    projection: matrix('weight_hr'),
    nonlinearity: call.node.attrs['nonlinearity'] === 'relu' ? 'relu' : 'tanh',
  };
  let state = [...start];
  const outputs: tf.Tensor[] = [];
  for (let i = 0; i < length; i++) {
    const at = reverse ? length - 1 - i : i;
    state = step(shares[at] as tf.Tensor2D, state, weights);
    outputs[at] = state[0]!;
  }
  return { outputs: tf.stack(outputs), state };
}

export const recurrents: readonly Kernel[] = [
  kernel('lstm', lstmStep),
  kernel('gru', gruStep),
  kernel('rnn', rnnStep),
];
