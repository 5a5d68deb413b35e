// Pooling over windows and to a fixed size, in one, two and three dimensions.
import { type OpDef, spatialAxes } from '../op';
import { formatShape, elements, ShapeError } from '../shape';
import { isWhole } from '../attributes';
import { slide, spatial, windowSize } from './window';

/** attrs: `kernel`, `stride`, `padding`, `dilation`, `ceilMode`; for averages also `countIncludePad`. */
const windowPool = (kind: string, count: number): OpDef => ({
  kind: `${kind}${count}d`,
  couple: 'window',
  shape: ([x], attrs, context) => [slide(spatial(x, count, `${kind}${count}d`), attrs, context)],
  flops: ({ outputs: [y], attrs }) => elements(y!) * windowSize(attrs, count),
});

/** attrs: `output`, one size or one for each axis; a null keeps that size. */
const adaptivePool = (kind: string, count: number): OpDef => ({
  kind: `${kind}${count}d`,
  couple: 'window',
  shape([given], attrs, { layout }) {
    const x = spatial(given, count, `${kind}${count}d`);
    const output = attrs['output'];
    const sizes = Array.isArray(output) ? (output as (number | null)[]) : [output as number | null];
    const y = [...x];
    spatialAxes(x.length, layout).forEach((axis, which) => {
      const size = sizes.length === 1 ? sizes[0] : sizes[which];
      if (size !== null && !isWhole(size, 1))
        throw new ShapeError(`cannot pool ${formatShape(x)} to a size of ${JSON.stringify(output)}`);
      y[axis] = size ?? y[axis]!;
    });
    return [y];
  },
  flops: ({ inputs: [x] }) => elements(x!),
});

export const pools: readonly OpDef[] = [1, 2, 3].flatMap((count) => [
  windowPool('maxPool', count),
  windowPool('avgPool', count),
  adaptivePool('adaptiveAvgPool', count),
  adaptivePool('adaptiveMaxPool', count),
]);
