// Small tensors whose values are known while the graph is read: what exporters compute shapes with.
import { type Dim, isBatch, type Shape } from '../../../core/graph/shape';
import type { OnnxTensor } from '../../../core/formats/onnx/tensor';

/** Values row by row; a size that comes from the batch stays a multiple of it. */
export interface Known {
  readonly dims: readonly number[];
  readonly data: readonly Dim[];
}

export const vector = (data: readonly Dim[]): Known => ({ dims: [data.length], data });
export const scalar = (value: Dim): Known => ({ dims: [], data: [value] });

export const knownTensor = ({ dims, values }: OnnxTensor): Known | undefined =>
  values && { dims, data: values };

/** All values, where none depends on the batch. */
export function numbers(known: Known | undefined): number[] | undefined {
  if (!known || known.data.some(isBatch)) return undefined;
  return known.data as number[];
}

/** The one value of a tensor that holds a single number. */
export function single(known: Known | undefined): number | undefined {
  const [value, ...rest] = numbers(known) ?? [];
  return rest.length === 0 ? value : undefined;
}

/** The elements at every combination of these positions, one list an axis; undefined where one is outside. */
export function pick({ dims, data }: Known, positions: readonly (readonly number[])[]): Known | undefined {
  let offsets = [0];
  for (const [axis, list] of positions.entries()) {
    const size = dims[axis] ?? 0;
    if (list.some((at) => at < 0 || at >= size)) return undefined;
    offsets = offsets.flatMap((offset) => list.map((at) => offset * size + at));
  }
  return { dims: positions.map((list) => list.length), data: offsets.map((offset) => data[offset]!) };
}

/** Axis i of the result is axis `order[i]`. */
export function turn({ dims, data }: Known, order: readonly number[]): Known {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((n, dim) => n * dim, 1));
  let offsets = [0];
  for (const axis of order) {
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: dims[axis]! }, (_, at) => offset + at * strides[axis]!),
    );
  }
  return { dims: order.map((axis) => dims[axis]!), data: offsets.map((offset) => data[offset]!) };
}

export const shapeKnown = (shape: Shape): Known => vector(shape);

type Arithmetic = (a: number, b: number) => number;

/** NumPy's broadcasting, for the cases that exporters write: equal shapes, or one value. */
export function combine(a: Known, b: Known, op: string): Known | undefined {
  const longer = a.data.length >= b.data.length ? a : b;
  if (a.dims.join() !== b.dims.join() && a.data.length !== 1 && b.data.length !== 1) return undefined;
  const data: Dim[] = [];
  for (let i = 0; i < longer.data.length; i++) {
    const value = arithmetic(a.data[i % a.data.length]!, b.data[i % b.data.length]!, op);
    if (value === undefined) return undefined;
    data.push(value);
  }
  return { dims: longer.dims, data };
}

const plain: Readonly<Record<string, Arithmetic>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  // Whole numbers are divided towards zero.
  Div: (a, b) => (Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b),
  Mod: (a, b) => ((a % b) + b) % b,
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  Greater: (a, b) => Number(a > b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
};

export const folds = (op: string): boolean => Object.hasOwn(plain, op);

function arithmetic(a: Dim, b: Dim, op: string): Dim | undefined {
  if (!isBatch(a) && !isBatch(b)) {
    const value = plain[op]!(a, b);
    return Number.isFinite(value) ? value : undefined;
  }
  // Of an open batch, only multiples are still sizes; compared with a number it is another one.
  if (op === 'Equal') return isBatch(a) && isBatch(b) ? Number(a.batch === b.batch) : 0;
  const [left, right] = [isBatch(a) ? a.batch : a, isBatch(b) ? b.batch : b];
  if (op === 'Mul' && isBatch(a) !== isBatch(b)) return { batch: left * right };
  if (op === 'Div' && isBatch(a) && isBatch(b)) return left % right === 0 ? left / right : undefined;
  if (op === 'Div' && isBatch(a) && left % right === 0) return { batch: left / right };
  if ((op === 'Add' || op === 'Sub') && isBatch(a) && isBatch(b))
    return { batch: op === 'Add' ? left + right : left - right };
  if ((op === 'Add' || op === 'Sub') && right === 0 && !isBatch(b)) return a;
  return undefined;
}
