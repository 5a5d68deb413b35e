// Padding at both ends of axes.
import { fixed } from '../attributes';
import { type OpDef, spatialAxes } from '../op';
import { type Dim, formatShape, isBatch, type Shape, ShapeError } from '../shape';
import { only } from '../attributes';

/** attrs: `padding` [left, right, top, bottom], PyTorch's order. */
export const zeroPad2d: OpDef = {
  kind: 'zeroPad2d',
  couple: 'window',
  shape([x], attrs, { layout }) {
    if (!x || x.length !== 4)
      throw new ShapeError(`zero padding needs a 4-D input, not ${x ? formatShape(x) : 'nothing'}`);
    return [grown(x, amounts(attrs['padding'], 2), spatialAxes(4, layout).reverse())];
  },
};

/**
 * attrs: `padding` [before, after] of the last axis, then of the one before it, and so on (PyTorch's order); `mode`
 * 'constant', 'reflect', 'replicate' or 'circular'; `value`. Works on any rank; a negative amount cuts.
 */
export const pad: OpDef = {
  kind: 'pad',
  couple: 'pad',
  shape([given], attrs) {
    const x = only(given, 'pad');
    const padding = amounts(attrs['padding'], x.length);
    return [grown(x, padding, [...x.keys()].reverse())];
  },
};

function amounts(value: unknown, most: number): readonly number[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const sound = list.length % 2 === 0 && list.length <= 2 * most && list.every(Number.isInteger);
  if (!Array.isArray(value) || !sound)
    throw new ShapeError(
      `padding is ${JSON.stringify(value)}, not a whole number for each end of ${most} axes`,
    );
  return list as number[];
}

/** @param axes in the order in which the padding names them. */
function grown(x: Shape, padding: readonly number[], axes: readonly number[]): Dim[] {
  const y = [...x];
  for (const [i, axis] of axes.slice(0, padding.length / 2).entries()) {
    const more = padding[2 * i]! + padding[2 * i + 1]!;
    if (more === 0 && isBatch(x[axis]!)) continue;
    y[axis] = fixed(x[axis], x, 'padding') + more;
    if (y[axis] < 1)
      throw new ShapeError(`padding ${padding.join(', ')} leaves nothing of ${formatShape(x)}`);
  }
  return y;
}
