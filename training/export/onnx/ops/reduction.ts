// Reductions over axes, and running sums along one.
import { axesOf } from '../../../../core/graph/attributes';
import { axisOf, isBatch } from '../../../../core/graph/shape';
import { type Form, longs, type OnnxOp, type OpContext, plain } from '../op';

/** Where and how an op reduces, in the form that costs no transpose. */
function placed(c: OpContext) {
  const rank = c.inputShape(0).length;
  const axes = axesOf(c.attrs, rank);
  const keep = c.attrs['keepDims'] === true;
  // Without the reduced axes, what is left of an NCHW image stands in NHWC's order only in these cases.
  const sameOrder = keep || axes.includes(3) || (axes.includes(1) && axes.includes(2));
  const form: Form = sameOrder ? c.cheapForm() : 'plain';
  const at = axes.map((axis) => c.axis(axis, form));
  const reduce = (op: string, x: string, keepdims = keep): string => {
    const flags = { keepdims: { int: keepdims ? 1 : 0 } };
    // Of opset 17, only ReduceSum takes its axes as an input.
    return op === 'ReduceSum'
      ? c.emit(op, [x, c.constant(longs(at))], flags)
      : c.emit(op, [x], { ...flags, axes: { ints: at } });
  };
  const made = (name: string) => ({ name, form: keep ? form : ('plain' as const) });
  return { axes, form, reduce, made, x: c.input(0, form) };
}

const reduction =
  (op: string): OnnxOp =>
  (c) => {
    const { reduce, made, x } = placed(c);
    const type = c.outputType();
    return made(reduce(op, c.cast(x, c.inputType(0), type === 'bool' ? 'int32' : type)));
  };

/** Sums of squares around the mean, over the count less the correction (PyTorch's default is 1). */
function variance(c: OpContext) {
  const { axes, reduce, made, x } = placed(c);
  const sizes = axes.map((axis) => c.inputShape(0)[axis]!);
  if (sizes.some(isBatch)) return c.refuse('its variance runs over the batch, whose size is open');
  const count = (sizes as readonly number[]).reduce((n, size) => n * size, 1);
  const centred = c.emit('Sub', [x, reduce('ReduceMean', x, true)]);
  const mean = reduce('ReduceMean', c.emit('Mul', [centred, centred]));
  const share = count / Math.max(0, count - Number(c.attrs['correction'] ?? 1));
  return made(share === 1 ? mean : c.emit('Mul', [mean, c.scalar(share)]));
}

const norm: OnnxOp = (c) => {
  const { reduce, made, x } = placed(c);
  const given = c.attrs['p'];
  if (given === 'inf' || given === null) return made(reduce('ReduceMax', c.emit('Abs', [x])));
  const p = Number(given ?? 2);
  if (p === 1 || p === 2) return made(reduce(`ReduceL${p}`, x));
  if (!(p > 0)) return c.refuse(`a norm of p = ${JSON.stringify(given)} is not written`);
  const sum = reduce('ReduceSum', c.emit('Pow', [c.emit('Abs', [x]), c.scalar(p)]));
  return made(c.emit('Pow', [sum, c.scalar(1 / p)]));
};

/** ONNX's positions are 64-bit. */
const position =
  (op: string): OnnxOp =>
  (c) => {
    const rank = c.inputShape(0).length;
    const axes = axesOf(c.attrs, rank);
    const keep = c.attrs['keepDims'] === true;
    const all = axes.length === rank && rank > 1;
    if ((axes.length > 1 && !all) || (all && keep)) return c.refuse('it runs over several axes');
    const x = c.input(0, 'plain');
    const flat = all ? c.emit('Reshape', [x, c.constant(longs([-1]))]) : x;
    const attrs = { axis: { int: all ? 0 : axes[0]! }, keepdims: { int: keep ? 1 : 0 } };
    return plain(c.emit('Cast', [c.emit(op, [flat], attrs)], { to: { int: 6 } }));
  };

/** Truths as 0 and 1: any is their maximum, all their minimum. */
const truth =
  (op: string): OnnxOp =>
  (c) => {
    const { reduce, made, x } = placed(c);
    const type = c.inputType(0);
    const truths = type === 'bool' ? x : c.cast(x, type, 'bool');
    return made(c.cast(reduce(op, c.cast(truths, 'bool', 'int32')), 'int32', 'bool'));
  };

const cumsum: OnnxOp = (c) => {
  const form = c.cheapForm();
  const axis = c.axis(axisOf(Number(c.attrs['axis']), c.inputShape(0).length), form);
  const x = c.cast(c.input(0, form), c.inputType(0), c.outputType());
  return { name: c.emit('CumSum', [x, c.scalar(axis, 'int32')]), form };
};

export const reductions: Readonly<Record<string, OnnxOp>> = {
  mean: reduction('ReduceMean'),
  sum: reduction('ReduceSum'),
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  prod: reduction('ReduceProd'),
  logsumexp: reduction('ReduceLogSumExp'),
  var: variance,
  std: (c) => {
    const { name, form } = variance(c);
    return { name: c.emit('Sqrt', [name]), form };
  },
  norm,
  argmax: position('ArgMax'),
  argmin: position('ArgMin'),
  any: truth('ReduceMax'),
  all: truth('ReduceMin'),
  cumsum,
};
