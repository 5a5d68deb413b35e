// Ops that move elements without computing: flatten, reshape, permute.
import { dims, only } from '../attributes';
import { int, type OpDef } from '../op';
import { axisOf, type Dim, formatShape, isBatch, sameDim, type Shape, ShapeError } from '../shape';

/** attrs: `start`, `end` (inclusive, may be negative), as in `torch.flatten`. */
export const flatten: OpDef = {
  kind: 'flatten',
  couple: 'reshape',
  shape([given], attrs) {
    const x = only(given, 'flatten');
    const start = axisOf(int(attrs, 'start'), x.length);
    const end = axisOf(int(attrs, 'end'), x.length);
    if (start > end) throw new ShapeError(`cannot flatten axes ${start} to ${end} of ${formatShape(x)}`);
    return [[...x.slice(0, start), product(x.slice(start, end + 1)), ...x.slice(end + 1)]];
  },
};

/** attrs: `shape`, of numbers, one -1 at most, and `{ batch: k }` where a size came from the batch. */
export const reshape: OpDef = {
  kind: 'reshape',
  couple: 'reshape',
  shape([given], attrs) {
    const [x, wanted] = [only(given, 'reshape'), dims(attrs, 'shape', true)];
    if (wanted.filter((dim) => dim === -1).length > 1)
      throw new ShapeError(`${formatShape(wanted)} leaves more than one size open`);
    const total = product(x);
    const known = product(wanted.filter((dim) => dim !== -1));
    const y = wanted.map((dim): Dim => (dim === -1 ? quotient(total, known, x, wanted) : dim));
    if (!sameDim(product(y), total)) {
      throw new ShapeError(`cannot reshape ${formatShape(x)} into ${formatShape(wanted)}`);
    }
    return [y];
  },
};

/** attrs: `order`, the input axis that each output axis comes from. */
export const permute: OpDef = {
  kind: 'permute',
  couple: 'permute',
  shape([given], attrs) {
    const [x, named] = [only(given, 'permute'), attrs['order']];
    const order = Array.isArray(named) ? named.map((axis) => axisOf(Number(axis), x.length)) : [];
    if (new Set(order).size !== x.length || order.length !== x.length) {
      throw new ShapeError(`order ${order.join(', ')} is no permutation of the axes of ${formatShape(x)}`);
    }
    return [order.map((axis) => x[axis]!)];
  },
};

function product(dims: Shape): Dim {
  let [n, batched] = [1, false];
  for (const dim of dims) {
    if (isBatch(dim) && batched)
      throw new ShapeError(`${formatShape(dims)} multiplies the batch with itself`);
    n *= isBatch(dim) ? dim.batch : dim;
    batched ||= isBatch(dim);
  }
  return batched ? { batch: n } : n;
}

function quotient(total: Dim, known: Dim, from: Shape, to: Shape): Dim {
  const [a, b] = [isBatch(total) ? total.batch : total, isBatch(known) ? known.batch : known];
  const sound = b > 0 && a % b === 0 && (isBatch(total) || !isBatch(known));
  if (!sound) throw new ShapeError(`cannot reshape ${formatShape(from)} into ${formatShape(to)}`);
  return isBatch(total) && !isBatch(known) ? { batch: a / b } : a / b;
}
