// Zero padding of images.
import { imageAxes, type OpDef } from '../op';
import { formatShape, isBatch, ShapeError } from '../shape';

/** attrs: `padding` [left, right, top, bottom], PyTorch's order. */
export const zeroPad2d: OpDef = {
  kind: 'zeroPad2d',
  couple: 'window',
  shape([x], attrs, { layout }) {
    if (!x || x.length !== 4)
      throw new ShapeError(`zero padding needs a 4-D input, not ${x ? formatShape(x) : 'nothing'}`);
    const [left, right, top, bottom] = attrs['padding'] as readonly [number, number, number, number];
    const { height, width } = imageAxes(layout);
    const grow: Record<number, number> = { [height]: top + bottom, [width]: left + right };
    const y = x.map((dim, i) => (isBatch(dim) ? dim : dim + (grow[i] ?? 0)));
    if (y.some((dim) => !isBatch(dim) && dim < 1))
      throw new ShapeError(
        `padding ${left}, ${right}, ${top}, ${bottom} leaves nothing of ${formatShape(x)}`,
      );
    return [y];
  },
};
