// Element-wise activations and softmax.
import { relu } from '../../../native/kernels/fused';
import { tf } from '../../../native/tf';
import { first, innerAxis, type Kernel, type KernelCall } from '../kernel';

type Activation = (x: tf.Tensor, call: KernelCall) => tf.Tensor;

const attr = ({ node }: KernelCall, key: string, fallback: number): number =>
  Number(node.attrs[key] ?? fallback);
const axis = ({ node, layout }: KernelCall, x: tf.Tensor): number =>
  innerAxis(Number(node.attrs['axis'] ?? -1), x.rank, layout);

/** x·Φ(x), exactly or with the tanh approximation (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
const gelu: Activation = (x, { node }) => {
  if (node.attrs['approximate'] === 'tanh') {
    const inner = tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  }
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));
};

const hardSigmoid: Activation = (x) => tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6);

const rules: Readonly<Record<string, Activation>> = {
  relu: (x) => relu(x),
  relu6: (x) => tf.clipByValue(x, 0, 6),
  leakyRelu: (x, call) => tf.leakyRelu(x, attr(call, 'slope', 0.01)),
  elu: (x, call) => {
    const alpha = attr(call, 'alpha', 1);
    // Not by a condition on x, which has no gradient.
    return alpha === 1 ? tf.elu(x) : tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), alpha));
  },
  gelu,
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  sigmoid: (x) => tf.sigmoid(x),
  hardSigmoid,
  hardSwish: (x, call) => tf.mul(x, hardSigmoid(x, call)),
  tanh: (x) => tf.tanh(x),
  softplus: (x) => tf.softplus(x),
  softmax: (x, call) => {
    // tf's softmax knows the last axis only; the definition is as short.
    const shifted = tf.sub(x, tf.max(x, axis(call, x), true));
    const powers = tf.exp(shifted);
    return tf.div(powers, tf.sum(powers, axis(call, x), true));
  },
  logSoftmax: (x, call) => {
    const shifted = tf.sub(x, tf.max(x, axis(call, x), true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis(call, x), true)));
  },
};

export const activations: readonly Kernel[] = Object.entries(rules).map(([op, rule]) => ({
  op,
  run: (call) => rule(first(call), call),
}));
