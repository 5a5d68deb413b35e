// Element-wise arithmetic on two tensors, or on a tensor and a number, with NumPy broadcasting.
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

/** attrs: `scalar` when the right side is a number; `reversed` when that number stands on the left. */
const binary = (kind: string, couple?: OpDef['couple']): OpDef => ({
  kind,
  ...(couple ? { couple } : {}),
  shape: ([a, b]) => [b ? broadcast(a!, b) : a!],
  flops: ({ outputs: [y] }) => elements(y!),
});

export const add = binary('add', 'join');
/** Subtraction, product and quotient tie channels one to one, just as addition does. */
export const binaries: readonly OpDef[] = [
  binary('sub', 'join'),
  binary('mul', 'join'),
  binary('div', 'join'),
];
