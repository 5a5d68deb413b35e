// Concatenation along one axis.
import { int, type OpDef } from '../op';
import { axisOf, type Dim, formatShape, isBatch, sameDim, ShapeError } from '../shape';

/** attrs: `axis`. */
export const concat: OpDef = {
  kind: 'concat',
  couple: 'concat',
  shape(inputs, attrs) {
    const [first] = inputs;
    if (!first) throw new ShapeError('concat needs at least one tensor');
    const axis = axisOf(int(attrs, 'axis'), first.length);
    let size: Dim = first[axis]!;
    for (const next of inputs.slice(1)) {
      if (next.length !== first.length || next.some((dim, i) => i !== axis && !sameDim(dim, first[i]!))) {
        throw new ShapeError(
          `cannot concatenate ${formatShape(first)} and ${formatShape(next)} along axis ${axis}`,
        );
      }
      size = sum(size, next[axis]!);
    }
    return [first.map((dim, i) => (i === axis ? size : dim))];
  },
};

function sum(a: Dim, b: Dim): Dim {
  if (isBatch(a) && isBatch(b)) return { batch: a.batch + b.batch };
  if (!isBatch(a) && !isBatch(b)) return a + b;
  throw new ShapeError('cannot concatenate a batch dimension with a fixed one');
}
