// Element-wise arithmetic on two tensors, or on a tensor and a number, with NumPy broadcasting.
import { only } from '../attributes';
import type { DType } from '../model-graph';
import type { OpDef } from '../op';
import { type Dim, elements, formatShape, sameDim, type Shape, ShapeError } from '../shape';

/** Broadcasts two shapes (NumPy's rule), or throws with both. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    if (sameDim(x, y) || y === 1) return x;
    if (x === 1) return y;
    throw new ShapeError(`shapes ${formatShape(a)} and ${formatShape(b)} do not match at dimension ${i}`);
  });
}

/**
 * attrs: `scalar` when the right side is a number; `reversed` when that number stands on the left. Each ties channels one
 * to one.
 */
const binary = (kind: string, dtype?: DType): OpDef => ({
  kind,
  couple: 'join',
  shape: ([a, b]) => [b ? broadcast(only(a, kind), b) : only(a, kind)],
  ...(dtype ? { dtypes: () => [dtype] } : {}),
  flops: ({ outputs: [y] }) => elements(y!),
});

/** attrs: `scalarA`, `scalarB` where a branch is a number, whose input is then left out. Inputs: condition, a, b. */
export const where: OpDef = {
  kind: 'where',
  couple: 'join',
  shape: ([condition, ...branches]) => [branches.reduce(broadcast, only(condition, 'where'))],
  dtypes([, ...branches]) {
    if (branches.length === 0 || branches.includes('float32')) return ['float32'];
    return [branches.includes('int32') ? 'int32' : 'bool'];
  },
  flops: ({ outputs: [y] }) => elements(y!),
};

const numeric = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'powTensor',
  'floorDivide',
  'remainder',
  'atan2',
];
const truths = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logicalAnd', 'logicalOr', 'logicalXor'];

export const binaries: readonly OpDef[] = [
  ...numeric.map((kind) => binary(kind)),
  ...truths.map((kind) => binary(kind, 'bool')),
  where,
];
