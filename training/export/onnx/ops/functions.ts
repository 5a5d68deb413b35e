// Functions of one number that are no activations: powers, roots, logarithms, rounding, bounds.
import { elementwise, type OnnxOp } from '../op';

const plain = (op: string): OnnxOp => elementwise((c, x) => c.emit(op, [x]));

const clamp: OnnxOp = elementwise((c, x) => {
  const bound = (key: string) => {
    const value = c.attrs[key];
    return value === null || value === undefined ? '' : c.scalar(Number(value), c.inputType(0));
  };
  return c.emit('Clip', [x, bound('min'), bound('max')]);
});

/** A logarithm to another base than e. */
const logarithm = (base: number): OnnxOp =>
  elementwise((c, x) => c.emit('Mul', [c.emit('Log', [x]), c.scalar(1 / Math.log(base))]));

export const functions: Readonly<Record<string, OnnxOp>> = {
  clamp,
  exp: plain('Exp'),
  expm1: elementwise((c, x) => c.emit('Sub', [c.emit('Exp', [x]), c.scalar(1)])),
  log: plain('Log'),
  log1p: elementwise((c, x) => c.emit('Log', [c.emit('Add', [x, c.scalar(1)])])),
  log2: logarithm(2),
  log10: logarithm(10),
  sqrt: plain('Sqrt'),
  rsqrt: elementwise((c, x) => c.emit('Reciprocal', [c.emit('Sqrt', [x])])),
  reciprocal: plain('Reciprocal'),
  pow: elementwise((c, x) => c.emit('Pow', [x, c.scalar(Number(c.attrs['exponent']), c.inputType(0))])),
  abs: plain('Abs'),
  sign: plain('Sign'),
  erf: plain('Erf'),
  sin: plain('Sin'),
  cos: plain('Cos'),
  tan: plain('Tan'),
  floor: plain('Floor'),
  ceil: plain('Ceil'),
  round: plain('Round'),
  logicalNot: plain('Not'),
  isnan: plain('IsNaN'),
};
