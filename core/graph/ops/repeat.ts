// Ops that repeat elements: expand, tile, repeat each one.
import { dims, only, whole, wholes } from '../attributes';
import { int, type OpDef } from '../op';
import { axisOf, type Dim, formatShape, isBatch, sameDim, ShapeError } from '../shape';

/** attrs: `shape`; new axes come first, -1 keeps a size, and only axes of size 1 grow. */
export const expand: OpDef = {
  kind: 'expand',
  couple: 'expand',
  shape([given], attrs) {
    const [x, wanted] = [only(given, 'expand'), dims(attrs, 'shape', true)];
    const added = wanted.length - x.length;
    const y = wanted.map((dim, i): Dim => {
      const own = x[i - added];
      if (dim === -1 && own !== undefined) return own;
      if (dim !== -1 && (own === undefined || own === 1 || sameDim(own, dim))) return dim;
      throw new ShapeError(`cannot expand ${formatShape(x)} to ${formatShape(wanted)}`);
    });
    if (added < 0) throw new ShapeError(`cannot expand ${formatShape(x)} to ${formatShape(wanted)}`);
    return [y];
  },
};

/** attrs: `counts`, one an axis of the output; new axes come first. */
export const repeat: OpDef = {
  kind: 'repeat',
  couple: 'repeat',
  shape([given], attrs) {
    const [x, counts] = [only(given, 'repeat'), wholes(attrs, 'counts', 0)];
    const added = counts.length - x.length;
    if (added < 0) throw new ShapeError(`${counts.length} counts are too few to repeat ${formatShape(x)}`);
    return [counts.map((count, i) => times(x[i - added] ?? 1, count))];
  },
};

/** attrs: `axis`, `count`: every position that many times in a row. */
export const repeatInterleave: OpDef = {
  kind: 'repeatInterleave',
  couple: 'repeatInterleave',
  shape([given], attrs) {
    const [x, count] = [only(given, 'repeatInterleave'), whole(attrs, 'count')];
    const axis = axisOf(int(attrs, 'axis'), x.length);
    return [x.map((dim, i) => (i === axis ? times(dim, count) : dim))];
  },
};

const times = (dim: Dim, count: number): Dim => (isBatch(dim) ? { batch: dim.batch * count } : dim * count);
