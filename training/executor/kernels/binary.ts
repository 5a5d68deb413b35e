// Element-wise arithmetic and comparison of two tensors, or of a tensor and a number.
import { tf } from '../../../native/tf';
import type { Kernel, KernelCall } from '../kernel';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const truth = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? x : tf.notEqual(x, 0));

/** Through a difference, so that the divisor's sign decides (Python's rule): x − ⌊x / y⌋ · y. */
const remainder: Binary = (a, b) => tf.sub(a, tf.mul(tf.floor(tf.div(a, b)), b));

const rules: Readonly<Record<string, Binary>> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  maximum: (a, b) => tf.maximum(a, b),
  minimum: (a, b) => tf.minimum(a, b),
  powTensor: (a, b) => tf.pow(a, b),
  floorDivide: (a, b) => tf.floor(tf.div(a, b)),
  remainder,
  atan2: (a, b) => tf.atan2(a, b),
  eq: (a, b) => tf.equal(a, b),
  ne: (a, b) => tf.notEqual(a, b),
  lt: (a, b) => tf.less(a, b),
  le: (a, b) => tf.lessEqual(a, b),
  gt: (a, b) => tf.greater(a, b),
  ge: (a, b) => tf.greaterEqual(a, b),
  logicalAnd: (a, b) => tf.logicalAnd(truth(a), truth(b)),
  logicalOr: (a, b) => tf.logicalOr(truth(a), truth(b)),
  logicalXor: (a, b) => tf.logicalXor(truth(a), truth(b)),
};

/** Whole numbers stay whole under division that rounds down, and under what rounds nothing. */
const whole = new Set(['floorDivide', 'remainder']);

const kernel = ([op, rule]: [string, Binary]): Kernel => ({
  op,
  axes: 'same',
  run(call) {
    const [a, b] = operands(call);
    const y = rule(a, b);
    return whole.has(op) && a.dtype === 'int32' && b.dtype === 'int32' ? y.toInt() : y;
  },
});

function operands({ node, inputs }: KernelCall): [tf.Tensor, tf.Tensor] {
  const [a, b] = inputs.map(numeric) as [tf.Tensor, tf.Tensor | undefined];
  if (b) return [a, b];
  const given = Number(node.attrs['scalar']);
  // A whole number beside whole numbers leaves them whole.
  const scalar = tf.scalar(given, a.dtype === 'int32' && Number.isInteger(given) ? 'int32' : 'float32');
  return node.attrs['reversed'] === true ? [scalar, a] : [a, scalar];
}

/** Truths count as 0 and 1. */
const numeric = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? x.toInt() : x);

export const where: Kernel = {
  op: 'where',
  axes: 'same',
  run({ node, inputs }) {
    const [condition, ...rest] = inputs as [tf.Tensor, ...tf.Tensor[]];
    const branch = (key: string) =>
      typeof node.attrs[key] === 'number' ? tf.scalar(node.attrs[key]) : rest.shift()!;
    const [a, b] = [branch('scalarA'), branch('scalarB')];
    return tf.where(truth(condition), ...alike(a, b));
  },
};

function alike(a: tf.Tensor, b: tf.Tensor): [tf.Tensor, tf.Tensor] {
  if (a.dtype === b.dtype) return [a, b];
  const dtype = a.dtype === 'float32' || b.dtype === 'float32' ? 'float32' : 'int32';
  return [a.cast(dtype), b.cast(dtype)];
}

export const binaries: readonly Kernel[] = [...Object.entries(rules).map(kernel), where];
