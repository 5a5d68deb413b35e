// Element-wise functions of one tensor, softmax, and PReLU.
import { relu } from '../../../native/kernels/fused';
import { logSoftmax, softmax } from '../../../native/kernels/softmax';
import { tf } from '../../../native/tf';
import { axisIn, first, type Kernel, type KernelCall, number } from '../kernel';

type Activation = (x: tf.Tensor, call: KernelCall) => tf.Tensor;

/** x·Φ(x), exactly or with the tanh approximation (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
const gelu: Activation = (x, { node }) => {
  if (node.attrs['approximate'] === 'tanh') {
    const inner = tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  }
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));
};

const hardSigmoid: Activation = (x) => tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6);

/** α·(eˣ′ − 1) below zero. Not by a condition on x, which has no gradient. */
const elu = (x: tf.Tensor, alpha: number, slope = 1 / alpha): tf.Tensor =>
  tf.add(tf.relu(x), tf.mul(tf.expm1(tf.mul(tf.minimum(x, 0), alpha * slope)), alpha));

/** Where the condition does not hold, the number. */
const keepWhere = (condition: tf.Tensor, x: tf.Tensor, otherwise: number): tf.Tensor =>
  tf.where(condition, x, tf.fill(x.shape, otherwise));

const rules: Readonly<Record<string, Activation>> = {
  relu: (x) => relu(x),
  relu6: (x) => tf.clipByValue(x, 0, 6),
  leakyRelu: (x, call) => tf.leakyRelu(x, number(call, 'slope', 0.01)),
  elu: (x, call) => (number(call, 'alpha', 1) === 1 ? tf.elu(x) : elu(x, number(call, 'alpha', 1))),
  // Klambauer et al. 2017, arXiv 1706.02515.
  selu: (x) => tf.mul(elu(x, 1.6732632423543772), 1.0507009873554805),
  celu: (x, call) => {
    const alpha = number(call, 'alpha', 1);
    return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.div(tf.minimum(x, 0), alpha)), alpha));
  },
  gelu,
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  sigmoid: (x) => tf.sigmoid(x),
  logSigmoid: (x) => tf.neg(tf.softplus(tf.neg(x))),
  hardSigmoid,
  hardSwish: (x, call) => tf.mul(x, hardSigmoid(x, call)),
  tanh: (x) => tf.tanh(x),
  tanhshrink: (x) => tf.sub(x, tf.tanh(x)),
  softplus: (x, call) => {
    const beta = number(call, 'beta', 1);
    return beta === 1 ? tf.softplus(x) : tf.div(tf.softplus(tf.mul(x, beta)), beta);
  },
  softsign: (x) => tf.div(x, tf.add(tf.abs(x), 1)),
  hardshrink: (x, call) => keepWhere(tf.greater(tf.abs(x), number(call, 'lambda', 0.5)), x, 0),
  softshrink: (x, call) => {
    const lambda = number(call, 'lambda', 0.5);
    return tf.sub(tf.relu(tf.sub(x, lambda)), tf.relu(tf.sub(tf.neg(x), lambda)));
  },
  threshold: (x, call) => keepWhere(tf.greater(x, number(call, 'threshold')), x, number(call, 'value')),
  clamp: (x, { node: { attrs } }) => {
    const bound = (key: string, none: number) => (typeof attrs[key] === 'number' ? attrs[key] : none);
    // The largest float32, as infinities trouble some devices.
    return tf.clipByValue(x, bound('min', -3.4028235e38), bound('max', 3.4028235e38));
  },
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  log: (x) => tf.log(x),
  log1p: (x) => tf.log1p(x),
  log2: (x) => tf.mul(tf.log(x), Math.LOG2E),
  log10: (x) => tf.mul(tf.log(x), Math.LOG10E),
  sqrt: (x) => tf.sqrt(x),
  rsqrt: (x) => tf.rsqrt(x),
  reciprocal: (x) => tf.reciprocal(x),
  pow: (x, call) => {
    const exponent = number(call, 'exponent');
    if (exponent === 2) return tf.square(x);
    if (exponent === 0.5) return tf.sqrt(x);
    return tf.pow(x, exponent);
  },
  abs: (x) => tf.abs(x),
  sign: (x) => tf.sign(x),
  erf: (x) => tf.erf(x),
  sin: (x) => tf.sin(x),
  cos: (x) => tf.cos(x),
  tan: (x) => tf.tan(x),
  floor: (x) => tf.floor(x),
  ceil: (x) => tf.ceil(x),
  round: (x) => tf.round(x),
  logicalNot: (x) => tf.logicalNot(x.dtype === 'bool' ? x : tf.notEqual(x, 0)),
  isnan: (x) => tf.isNaN(x.toFloat()),
  softmax: (x, call) => softmax(x, axisIn(call, number(call, 'axis', -1))),
  logSoftmax: (x, call) => logSoftmax(x, axisIn(call, number(call, 'axis', -1))),
};

/** max(x, 0) + slope · min(x, 0), with one slope for each channel or one for all; channels last. */
const slopes = (x: tf.Tensor, slope: tf.Tensor): tf.Tensor =>
  tf.add(tf.relu(x), tf.mul(slope, tf.minimum(x, 0)));

const prelus: readonly Kernel[] = [
  { op: 'prelu', axes: 'channelsLast', run: (call) => slopes(first(call), call.param('weight')!) },
  { op: 'preluChannels', axes: 'graph', run: (call) => slopes(first(call), call.param('weight')!) },
];

export const activations: readonly Kernel[] = [
  ...Object.entries(rules).map(([op, rule]): Kernel => ({
    op,
    axes: 'same',
    run: (call) => rule(first(call), call),
  })),
  ...prelus,
];
