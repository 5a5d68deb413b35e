// Ops that put the positions of an axis in another order: roll, flip, sort, topk.
import { axesOf, fixed, only, whole } from '../attributes';
import { int, type OpDef } from '../op';
import { axisOf, elements, formatShape, isBatch, ShapeError } from '../shape';

/** attrs: `axes`; `roll` has `shifts`. Along any other axis channels pass. */
const reorder = (kind: string): OpDef => ({
  kind,
  couple: 'reorder',
  shape([given], attrs) {
    const x = only(given, kind);
    axesOf(attrs, x.length);
    return [x];
  },
});

/** attrs: `axis`. Outputs: values, positions. */
const sort: OpDef = {
  ...reorder('sort'),
  shape([given], attrs) {
    const x = only(given, 'sort');
    axisOf(int(attrs, 'axis'), x.length);
    return [x, x];
  },
  dtypes: ([dtype = 'float32']) => [dtype, 'int32'],
  flops: ({ outputs: [y] }) => elements(y!),
};

/** attrs: `axis`, `k`. Outputs: values, positions. */
const topk: OpDef = {
  ...sort,
  kind: 'topk',
  shape([given], attrs) {
    const [x, k] = [only(given, 'topk'), whole(attrs, 'k', 0)];
    const axis = axisOf(int(attrs, 'axis'), x.length);
    const size = x[axis]!;
    if (!isBatch(size) && k > fixed(size, x, 'topk'))
      throw new ShapeError(`there are no ${k} largest values on axis ${axis} of ${formatShape(x)}`);
    const y = x.map((dim, i) => (i === axis ? k : dim));
    return [y, y];
  },
};

export const reorders: readonly OpDef[] = [reorder('roll'), reorder('flip'), sort, topk];
