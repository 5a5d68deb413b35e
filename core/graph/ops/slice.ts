// A stretch of one axis; what chunk, split, narrow, unbind and basic indexing come down to.
import { isDim, only, whole } from '../attributes';
import type { AttrValue } from '../model-graph';
import { int, type OpDef } from '../op';
import { axisOf, type Dim, formatShape, isBatch, ShapeError } from '../shape';

/**
 * attrs: `axis`, `start`, `length` (positions of the output), `step` (1), and, where the code cuts the axis into equal
 * parts however wide it is (`x.chunk(2, 1)`), `chunks`: how many. Along the batch, sizes may be `{ batch: k }`.
 */
export const slice: OpDef = {
  kind: 'slice',
  couple: 'slice',
  shape([given], attrs) {
    const x = only(given, 'slice');
    const axis = axisOf(int(attrs, 'axis'), x.length);
    const [size, start, length] = [x[axis]!, sizeOf(attrs['start']), sizeOf(attrs['length'])];
    const [step, chunks] = [whole(attrs, 'step', 1, 1), whole(attrs, 'chunks', 1, 1)];
    // Of a batch whose size is open, nothing more can be said.
    if (!isBatch(size)) {
      if (size % chunks !== 0)
        throw new ShapeError(`the ${size} positions of axis ${axis} are not cut into ${chunks} equal parts`);
      const fits =
        !isBatch(start) && !isBatch(length) && (length === 0 || start + (length - 1) * step < size);
      if (!fits)
        throw new ShapeError(
          `there are no ${text(length)} positions from ${text(start)} on axis ${axis} of ${formatShape(x)}`,
        );
    }
    return [x.map((dim, i) => (i === axis ? length : dim))];
  },
};

function sizeOf(value: AttrValue | undefined): Dim {
  if (isDim(value)) return value;
  throw new ShapeError(`a slice needs a whole start and length, not ${JSON.stringify(value)}`);
}

const text = (dim: Dim): string => formatShape([dim]);
