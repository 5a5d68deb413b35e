// Element-wise arithmetic on two values, or on a value and a number.
import type { OnnxOp } from '../op';

const binary =
  (op: string): OnnxOp =>
  (c) => {
    const form = c.cheapForm();
    const x = c.input(0, form);
    const other = c.inputCount > 1 ? c.input(1, form) : c.scalar(Number(c.attrs['scalar']));
    const sides = c.attrs['reversed'] === true ? [other, x] : [x, other];
    return { name: c.emit(op, sides), form };
  };

export const binaries = { add: binary('Add'), sub: binary('Sub'), mul: binary('Mul'), div: binary('Div') };
