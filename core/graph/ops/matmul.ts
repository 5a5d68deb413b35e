// Products of activations: batched matrices, and bilinear forms.
import { whole } from '../attributes';
import type { OpDef } from '../op';
import { elements, formatShape, sameDim, type Shape, ShapeError, sizeAt } from '../shape';
import { broadcast } from './binary';

/** A vector on the left is a row, on the right a column, whose axis then goes again (NumPy's rule). */
const matmul: OpDef = {
  kind: 'matmul',
  couple: 'matmul',
  shape([a, b]) {
    const [left, right] = [a?.length === 1 ? [1, ...a] : a, b?.length === 1 ? [...b, 1] : b];
    const sound = left && right && left.length >= 2 && right.length >= 2;
    if (!sound || !sameDim(left.at(-1)!, right.at(-2)!)) {
      throw new ShapeError(`cannot multiply ${a ? formatShape(a) : '?'} by ${b ? formatShape(b) : '?'}`);
    }
    const ends: Shape = [
      ...(a!.length === 1 ? [] : [left.at(-2)!]),
      ...(b!.length === 1 ? [] : [right.at(-1)!]),
    ];
    return [[...broadcast(left.slice(0, -2), right.slice(0, -2)), ...ends]];
  },
  macs: ({ inputs: [a], outputs: [y] }) => elements(y!) * sizeAt(a!.at(-1)!, 1),
};

/** attrs: `in1`, `in2`, `out`, `bias`. Weight: out × in1 × in2. A barrier for coupling. */
const bilinear: OpDef = {
  kind: 'bilinear',
  params(attrs) {
    const [left, right, out] = [whole(attrs, 'in1'), whole(attrs, 'in2'), whole(attrs, 'out')];
    const init = { kind: 'uniform', bound: 1 / Math.sqrt(left) } as const;
    const weight = { role: 'weight', shape: [out, left, right], axes: ['out', 'in', 'other'] as const, init };
    return attrs['bias'] === false
      ? [weight]
      : [weight, { role: 'bias', shape: [out], axes: ['out'] as const, init }];
  },
  shape([a, b], attrs) {
    const [left, right] = [whole(attrs, 'in1'), whole(attrs, 'in2')];
    if (!a || !b || a.at(-1) !== left || b.at(-1) !== right)
      throw new ShapeError(
        `bilinear expects ${left} and ${right} features but the inputs are ` +
          `${a ? formatShape(a) : '?'} and ${b ? formatShape(b) : '?'}`,
      );
    return [[...broadcast(a.slice(0, -1), b.slice(0, -1)), whole(attrs, 'out')]];
  },
  // One product of the two inputs, and one with the weight.
  macs: ({ outputs: [y], attrs }) => 2 * elements(y!) * whole(attrs, 'in1') * whole(attrs, 'in2'),
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
};

export const products: readonly OpDef[] = [matmul, bilinear];
