// Pooling, means and other reductions.
import type { OnnxContext, OnnxOp } from '../context';
import { padded, windowOf } from '../window';

const rankOf = (c: OnnxContext): number => c.shape(0).length - 2;

const maxPool: OnnxOp = (c) => {
  const { x, window } = padded(c, windowOf(c), -Infinity);
  return c.add(`maxPool${rankOf(c)}d`, [x], { ...window, ceilMode: c.number('ceil_mode', 0) === 1 });
};

const averagePool: OnnxOp = (c) => {
  const { x, window } = padded(c, windowOf(c), 0);
  const countIncludePad = c.number('count_include_pad', 0) === 1;
  return c.add(`avgPool${rankOf(c)}d`, [x], {
    ...window,
    ceilMode: c.number('ceil_mode', 0) === 1,
    countIncludePad,
  });
};

const globalPool =
  (op: string): OnnxOp =>
  (c) =>
    c.add(`${op}${rankOf(c)}d`, [c.x(0)], { output: Array.from({ length: rankOf(c) }, () => 1) });

const reduce =
  (op: string, more: Readonly<Record<string, number>> = {}): OnnxOp =>
  (c) => {
    const rank = c.shape(0).length;
    const given = c.either('axes', 1) ?? [];
    if (c.has(1) && !c.numbers(1)) return undefined;
    if (given.length === 0 && c.number('noop_with_empty_axes', 0) === 1) return c.add('identity', [c.x(0)]);
    const axes =
      given.length === 0
        ? Array.from({ length: rank }, (_, i) => i)
        : given.map((axis) => (axis < 0 ? axis + rank : axis));
    return c.add(op, [c.x(0)], { axes, keepDims: c.number('keepdims', 1) === 1, ...more });
  };

const position =
  (op: string): OnnxOp =>
  (c) => {
    const axis = c.number('axis', 0);
    const axes = [axis < 0 ? axis + c.shape(0).length : axis];
    return c.add(op, [c.x(0)], { axes, keepDims: c.number('keepdims', 1) === 1 });
  };

export const pools: Readonly<Record<string, OnnxOp>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalPool('adaptiveAvgPool'),
  GlobalMaxPool: globalPool('adaptiveMaxPool'),
  ReduceMean: reduce('mean'),
  ReduceSum: reduce('sum'),
  ReduceMax: reduce('max'),
  ReduceMin: reduce('min'),
  ReduceProd: reduce('prod'),
  ReduceL1: reduce('norm', { p: 1 }),
  ReduceL2: reduce('norm', { p: 2 }),
  ReduceLogSumExp: reduce('logsumexp'),
  ArgMax: position('argmax'),
  ArgMin: position('argmin'),
  CumSum(c) {
    const axis = c.single(1);
    return axis === undefined
      ? undefined
      : c.add('cumsum', [c.x(0)], { axis: axis < 0 ? axis + c.shape(0).length : axis });
  },
  TopK(c) {
    const k = c.single(1) ?? c.number('k', NaN);
    const axis = c.number('axis', -1);
    if (Number.isNaN(k)) return undefined;
    return c.all('topk', [c.x(0)], { axis: axis < 0 ? axis + c.shape(0).length : axis, k });
  },
};
