// Batched matrix product of two activations.
import type { OpDef } from '../op';
import { elements, formatShape, isBatch, sameDim, ShapeError } from '../shape';
import { broadcast } from './binary';

export const matmul: OpDef = {
  kind: 'matmul',
  shape([a, b]) {
    if (!a || !b || a.length < 2 || b.length < 2 || !sameDim(a.at(-1)!, b.at(-2)!)) {
      throw new ShapeError(`cannot multiply ${a ? formatShape(a) : '?'} by ${b ? formatShape(b) : '?'}`);
    }
    return [[...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!]];
  },
  macs({ inputs: [a], outputs: [y] }) {
    const inner = a!.at(-1)!;
    return elements(y!) * (isBatch(inner) ? inner.batch : inner);
  },
};
