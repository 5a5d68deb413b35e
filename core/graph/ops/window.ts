// The rule that convolutions and poolings of one, two and three dimensions share: a window slides along an axis.
import { each } from '../attributes';
import type { Attrs } from '../model-graph';
import { spatialAxes, type ShapeContext } from '../op';
import { type Dim, formatShape, isBatch, type Shape, ShapeError } from '../shape';

/** Output size of a sliding window along one spatial axis (`which` = 0 for the first of them, height in images). */
export function windowOutput(x: Shape, axis: number, attrs: Attrs, which: number): number {
  const size = x[axis]!;
  const count = x.length - 2;
  if (isBatch(size))
    throw new ShapeError(`a window cannot slide over the batch dimension of ${formatShape(x)}`);
  const [kernel, stride] = [each(attrs, 'kernel', count)[which]!, each(attrs, 'stride', count, 1)[which]!];
  const dilation = each(attrs, 'dilation', count, 1)[which]!;
  if ([kernel, stride, dilation].some((n) => !Number.isInteger(n) || n < 1))
    throw new ShapeError(
      `a window needs a whole kernel, stride and dilation, not ${kernel}, ${stride} and ${dilation}`,
    );
  if (attrs['padding'] === 'same') return Math.ceil(size / stride);
  const padding = attrs['padding'] === 'valid' ? 0 : each(attrs, 'padding', count, 0)[which]!;
  if (!Number.isSafeInteger(padding) || padding < 0)
    throw new ShapeError(`a window needs whole padding, not ${padding}`);
  const reach = dilation * (kernel - 1) + 1;
  const steps = (size + 2 * padding - reach) / stride;
  let out = Math.floor(steps) + 1;
  // Rounded up, a last window must still begin inside the input or its left padding (PyTorch's rule).
  if (attrs['ceilMode'] === true && out - 1 < steps && out * stride < size + padding) out++;
  if (!(out >= 1))
    throw new ShapeError(
      `a ${kernel}-wide window does not fit into ${formatShape(x)} with padding ${padding}`,
    );
  return out;
}

/** The shape after a window slid over all spatial axes; other axes stay. */
export function slide(x: Shape, attrs: Attrs, { layout }: ShapeContext): Dim[] {
  const y = [...x];
  spatialAxes(x.length, layout).forEach((axis, which) => (y[axis] = windowOutput(x, axis, attrs, which)));
  return y;
}

/** Requires an input with batch, channels and `count` spatial axes. */
export function spatial(x: Shape | undefined, count: number, what: string): Shape {
  if (x?.length === count + 2) return x;
  throw new ShapeError(`${what} needs a ${count + 2}-D input, not ${x ? formatShape(x) : 'nothing'}`);
}

/** How many positions a window covers. */
export const windowSize = (attrs: Attrs, count: number): number =>
  each(attrs, 'kernel', count).reduce((n, size) => n * size, 1);
