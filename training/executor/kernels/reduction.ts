// Reductions over axes, and running sums along one.
import { tf } from '../../../native/tf';
import { positionsOf, orderOf } from '../order';
import { axesOf } from '../../../core/graph/attributes';
import { axesIn, axisIn, type AxesRule, first, isSet, type Kernel, type KernelCall, number } from '../kernel';

type Reduce = (x: tf.Tensor, axes: number[], keep: boolean, call: KernelCall) => tf.Tensor;

/** Stays in its order where what is left of the axes stands in one of the two; otherwise the graph's. */
const axes: AxesRule = ({ attrs, inputs, outputs }, [have = 'graph'], graph) => {
  const { length } = graph.values[inputs[0]!]!.shape;
  const gone = new Set(axesOf(attrs, length));
  if (attrs['keepDims'] === true) return { takes: [have], gives: outputs.map(() => have) };
  const kept = positionsOf(have, length, graph.layout).filter((axis) => !gone.has(axis));
  const rank = [...kept].sort((a, b) => a - b);
  const left = orderOf(
    kept.map((axis) => rank.indexOf(axis)),
    graph.layout,
  );
  return left
    ? { takes: [have], gives: outputs.map(() => left) }
    : { takes: ['graph'], gives: outputs.map(() => 'graph' as const) };
};

const truths = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? x : tf.notEqual(x, 0));
const floats = (x: tf.Tensor): tf.Tensor => (x.dtype === 'float32' ? x : x.toFloat());
const numbers = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? x.toInt() : x);

/** Of what is left over the chosen axes, laid out as one last axis. */
function asLast(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return x.transpose([...rest, ...axes]).reshape([...rest.map((axis) => x.shape[axis]!), -1]);
}

function shaped(y: tf.Tensor, x: tf.Tensor, axes: readonly number[], keep: boolean): tf.Tensor {
  if (!keep) return y;
  return y.reshape(x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)));
}

const spread: Reduce = (x, axes, keep, call) => {
  const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
  const centred = tf.sub(x, tf.mean(x, axes, true));
  // PyTorch's default is the unbiased one.
  const correction = number(call, 'correction', 1);
  return tf.div(tf.sum(tf.square(centred), axes, keep), Math.max(0, count - correction));
};

const norm: Reduce = (x, axes, keep, call) => {
  const given = call.node.attrs['p'];
  const p = given === 'inf' || given === null ? Infinity : given === '-inf' ? -Infinity : Number(given ?? 2);
  const size = tf.abs(x);
  if (p === Infinity) return tf.max(size, axes, keep);
  if (p === -Infinity) return tf.min(size, axes, keep);
  if (p === 0) return tf.sum(tf.notEqual(x, 0).toFloat(), axes, keep);
  if (p === 1) return tf.sum(size, axes, keep);
  if (p === 2) return tf.sqrt(tf.sum(tf.square(x), axes, keep));
  return tf.pow(tf.sum(tf.pow(size, p), axes, keep), 1 / p);
};

/** Products of rows by halves, so that the gradient is that of multiplications, zeros among them or not. */
function product(x: tf.Tensor): tf.Tensor {
  let y = x;
  while (y.shape.at(-1)! > 1) {
    const width = y.shape.at(-1)!;
    const half = width >> 1;
    const start = y.shape.map(() => 0);
    const part = (from: number, count: number) =>
      tf.slice(y, [...start.slice(0, -1), from], [...y.shape.slice(0, -1), count]);
    const pairs = tf.mul(part(0, half), part(half, half));
    y = width % 2 === 0 ? pairs : tf.concat([pairs, part(width - 1, 1)], y.rank - 1);
  }
  return y.squeeze([y.rank - 1]);
}

/** PyTorch's median of an even count is the lower one of the two in the middle. */
function median(x: tf.Tensor): tf.Tensor {
  const width = x.shape.at(-1)!;
  const below = Math.floor((width - 1) / 2);
  const { values } = tf.topk(x, width - below);
  return tf
    .slice(values, [...x.shape.slice(0, -1).map(() => 0), width - below - 1], [...x.shape.slice(0, -1), 1])
    .squeeze([x.rank - 1]);
}

const rules: Readonly<Record<string, Reduce>> = {
  mean: (x, axes, keep) => tf.mean(floats(x), axes, keep),
  sum: (x, axes, keep) => tf.sum(numbers(x), axes, keep),
  max: (x, axes, keep) => tf.max(numbers(x), axes, keep),
  min: (x, axes, keep) => tf.min(numbers(x), axes, keep),
  prod: (x, axes, keep) => shaped(product(asLast(floats(x), axes)), x, axes, keep),
  std: (x, axes, keep, call) => tf.sqrt(spread(x, axes, keep, call)),
  var: spread,
  norm,
  logsumexp: (x, axes, keep) => {
    const top = tf.max(x, axes, true);
    const sums = tf.log(tf.sum(tf.exp(tf.sub(x, top)), axes, true));
    const y = tf.add(sums, top);
    return keep ? y : y.squeeze(axes);
  },
  median: (x, axes, keep) => shaped(median(asLast(x, axes)), x, axes, keep),
  argmax: (x, axes, keep) => shaped(tf.argMax(asLast(x, axes), -1), x, axes, keep),
  argmin: (x, axes, keep) => shaped(tf.argMin(asLast(x, axes), -1), x, axes, keep),
  any: (x, axes, keep) => tf.any(truths(x), axes, keep),
  all: (x, axes, keep) => tf.all(truths(x), axes, keep),
};

/** Positions, as argmax gives them of all axes together, count along the graph's own order. */
const inGraphOrder = new Set(['argmax', 'argmin']);

const reductions = Object.entries(rules).map(([op, rule]): Kernel => ({
  op,
  axes: inGraphOrder.has(op)
    ? (node) => ({ takes: ['graph'], gives: node.outputs.map(() => 'graph' as const) })
    : axes,
  run: (call) => rule(first(call), axesIn(call), isSet(call, 'keepDims'), call),
}));

const cumsum: Kernel = {
  op: 'cumsum',
  axes: 'same',
  run: (call) => tf.cumsum(numbers(first(call)), axisIn(call, number(call, 'axis'))),
};

/** Slice by slice: tf has no gradient for its own. */
const cumprod: Kernel = {
  op: 'cumprod',
  axes: 'same',
  run(call) {
    const axis = axisIn(call, number(call, 'axis'));
    // A copy: the tape keeps the list that split gives.
    const slices = [...tf.split(first(call), first(call).shape[axis]!, axis)];
    for (let i = 1; i < slices.length; i++) slices[i] = tf.mul(slices[i - 1]!, slices[i]!);
    return tf.concat(slices, axis);
  },
};

export const reductionKernels: readonly Kernel[] = [...reductions, cumsum, cumprod];
