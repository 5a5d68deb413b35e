// Element-wise arithmetic, comparisons and choices on two values, or on a value and a number.
import type { DType } from '../../../../core/graph/model-graph';
import type { Form, OnnxOp, OpContext } from '../op';

/** Both sides as one type, in the order in which they stand. */
function sides(c: OpContext, form: Form, type: DType): string[] {
  const x = c.cast(c.input(0, form), c.inputType(0), type);
  const other =
    c.inputCount > 1
      ? c.cast(c.input(1, form), c.inputType(1), type)
      : c.scalar(Number(c.attrs['scalar']), type);
  return c.attrs['reversed'] === true ? [other, x] : [x, other];
}

type Build = (c: OpContext, sides: readonly string[], type: DType) => string;

const numeric =
  (build: Build): OnnxOp =>
  (c) => {
    const form = c.cheapForm();
    const type = c.outputType();
    return { name: build(c, sides(c, form, type), type), form };
  };
const plain = (op: string): OnnxOp => numeric((c, both) => c.emit(op, both));

/** The quotient rounded down, of whole numbers too: ONNX's division of those rounds towards zero. */
const floorDivide: Build = (c, both, type) => {
  const [a, b] = both.map((side) => c.cast(side, type, 'float32'));
  return c.cast(c.emit('Floor', [c.emit('Div', [a!, b!])]), 'float32', type);
};

/** With the sign of the divisor, as in Python; ONNX's Mod of floats has that of the dividend. */
const remainder: Build = (c, [a, b], type) =>
  type === 'float32'
    ? c.emit('Sub', [a!, c.emit('Mul', [c.emit('Floor', [c.emit('Div', [a!, b!])]), b!])])
    : c.emit('Mod', [a!, b!]);

/** A comparison happens in the wider type of its sides; a number beside truths or whole numbers may be a fraction. */
const comparison =
  (build: Build, ofTruths = false): OnnxOp =>
  (c) => {
    const form = c.cheapForm();
    const types = [c.inputType(0), ...(c.inputCount > 1 ? [c.inputType(1)] : [])];
    const alone = c.inputCount < 2 && !ofTruths && !Number.isInteger(Number(c.attrs['scalar']));
    const wide = types.includes('float32') || alone ? 'float32' : types.includes('int32') ? 'int32' : 'bool';
    // ONNX does not order truths.
    const type = ofTruths ? 'bool' : wide === 'bool' ? 'int32' : wide;
    return { name: build(c, sides(c, form, type), type), form };
  };
const compared = (op: string): OnnxOp => comparison((c, both) => c.emit(op, both));
const logical = (op: string): OnnxOp => comparison((c, both) => c.emit(op, both), true);

const where: OnnxOp = (c) => {
  const form = c.cheapForm();
  const type = c.outputType();
  let next = 1;
  const branch = (key: string): string => {
    const value = c.attrs[key];
    if (value !== undefined && value !== null) return c.scalar(Number(value), type);
    const index = next++;
    return c.cast(c.input(index, form), c.inputType(index), type);
  };
  const condition = c.cast(c.input(0, form), c.inputType(0), 'bool');
  return { name: c.emit('Where', [condition, branch('scalarA'), branch('scalarB')]), form };
};

export const binaries: Readonly<Record<string, OnnxOp>> = {
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  maximum: plain('Max'),
  minimum: plain('Min'),
  powTensor: plain('Pow'),
  floorDivide: numeric(floorDivide),
  remainder: numeric(remainder),
  eq: compared('Equal'),
  ne: comparison((c, both) => c.emit('Not', [c.emit('Equal', both)])),
  lt: compared('Less'),
  le: compared('LessOrEqual'),
  gt: compared('Greater'),
  ge: compared('GreaterOrEqual'),
  logicalAnd: logical('And'),
  logicalOr: logical('Or'),
  logicalXor: logical('Xor'),
  where,
};
