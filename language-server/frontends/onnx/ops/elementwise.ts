// Operators that treat every element alike: activations, functions, arithmetic, comparisons.
import type { Attrs, ValueId } from '../../../../core/graph/model-graph';
import type { OnnxContext, OnnxOp } from '../context';

const unary =
  (op: string, attrs: (c: OnnxContext) => Attrs = () => ({})): OnnxOp =>
  (c) =>
    c.add(op, [c.x(0)], attrs(c));

const alpha = (op: string, key: string, fallback: number): OnnxOp =>
  unary(op, (c) => ({ [key]: c.number('alpha', fallback) }));

/** A number on one side is an attribute; two tensors are two inputs. */
const binary =
  (op: string): OnnxOp =>
  (c) => {
    const [left, right] = [c.single(0), c.single(1)];
    if (c.isComputed(0) && right !== undefined) return c.add(op, [c.x(0)], { scalar: right });
    if (c.isComputed(1) && left !== undefined) return c.add(op, [c.x(1)], { scalar: left, reversed: true });
    return c.add(op, [c.x(0), c.x(1)]);
  };

/** Any number of inputs, two by two. */
const variadic =
  (op: string): OnnxOp =>
  (c) =>
    c.node.inputs.length < 2
      ? c.x(0)
      : c.node.inputs.slice(1).reduce<ValueId>((y, _, i) => c.add(op, [y, c.x(i + 1)]), c.x(0));

const clip: OnnxOp = (c) => {
  const bound = (key: string, index: number): number | null => {
    const value = c.has(index) ? c.single(index) : c.number(key, NaN);
    // Older files say "none" with the largest number there is.
    return value === undefined || Number.isNaN(value) || Math.abs(value) > 3e38 ? null : value;
  };
  const [min, max] = [bound('min', 1), bound('max', 2)];
  if (min === 0 && max === 6) return c.add('relu6', [c.x(0)]);
  if (min === 0 && max === null) return c.add('relu', [c.x(0)]);
  return c.add('clamp', [c.x(0)], { min, max });
};

const pow: OnnxOp = (c) => {
  const exponent = c.single(1);
  return exponent === undefined ? binary('powTensor')(c) : c.add('pow', [c.x(0)], { exponent });
};

const prelu: OnnxOp = (c) => {
  const weight = c.vector(1);
  const count = weight?.dims.reduce((n, dim) => n * dim, 1);
  // The slopes are C × 1 × 1: a vector, as they lie.
  if (!weight || count === undefined || Math.max(...weight.dims) !== count) return undefined;
  const flat = { ...weight, dims: [count] };
  return c.add(
    'prelu',
    [c.x(0)],
    { count },
    { weight: { weight: flat, axes: weight.dims.map(() => 'channel') } },
  );
};

const where: OnnxOp = (c) => {
  const [a, b] = [c.single(1), c.single(2)];
  const attrs = { ...(a === undefined ? {} : { scalarA: a }), ...(b === undefined ? {} : { scalarB: b }) };
  return c.add(
    'where',
    [c.x(0), ...(a === undefined ? [c.x(1)] : []), ...(b === undefined ? [c.x(2)] : [])],
    attrs,
  );
};

const same = [
  'relu',
  'sigmoid',
  'tanh',
  'selu',
  'softplus',
  'softsign',
  'hardSigmoid',
  'hardSwish',
  'mish',
  'silu',
];
const functions = [
  'exp',
  'log',
  'sqrt',
  'abs',
  'sign',
  'erf',
  'sin',
  'cos',
  'tan',
  'floor',
  'ceil',
  'round',
  'reciprocal',
];
const capital = (op: string): string => op.charAt(0).toUpperCase() + op.slice(1);
const named = (ops: readonly string[]) => Object.fromEntries(ops.map((op) => [capital(op), unary(op)]));

export const elementwise: Readonly<Record<string, OnnxOp>> = {
  ...named(same),
  ...named(functions),
  LeakyRelu: alpha('leakyRelu', 'slope', 0.01),
  Elu: alpha('elu', 'alpha', 1),
  Celu: alpha('celu', 'alpha', 1),
  ThresholdedRelu: unary('threshold', (c) => ({ threshold: c.number('alpha', 1), value: 0 })),
  Gelu: unary('gelu', (c) => ({ approximate: c.text('approximate', 'none') })),
  FastGelu: unary('gelu', () => ({ approximate: 'tanh' })),
  QuickGelu: unary('silu'),
  Not: unary('logicalNot'),
  IsNaN: unary('isnan'),
  Neg: (c) => c.add('mul', [c.x(0)], { scalar: -1 }),
  Clip: clip,
  Pow: pow,
  PRelu: prelu,
  Where: where,
  Add: binary('add'),
  Sub: binary('sub'),
  Mul: binary('mul'),
  Div: binary('div'),
  Mod: binary('remainder'),
  Equal: binary('eq'),
  Less: binary('lt'),
  LessOrEqual: binary('le'),
  Greater: binary('gt'),
  GreaterOrEqual: binary('ge'),
  And: binary('logicalAnd'),
  Or: binary('logicalOr'),
  Xor: binary('logicalXor'),
  Sum: variadic('add'),
  Max: variadic('maximum'),
  Min: variadic('minimum'),
  Identity: unary('identity'),
  Cast: unary('identity'),
  CastLike: unary('identity'),
  Dropout: unary('dropout', (c) => ({ rate: c.number('ratio', 0.5) })),
};
