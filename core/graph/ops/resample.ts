// Ops that trade image positions: interpolation, pixel shuffles, and windows laid out as columns.
import { each, fixed, isWhole, only, whole } from '../attributes';
import { channelAxis, type OpDef, spatialAxes } from '../op';
import { elements, formatShape, type Shape, ShapeError } from '../shape';
import { spatial, windowOutput, windowSize } from './window';
import type { Attrs } from '../model-graph';

/** attrs: `size`, one for each spatial axis; `mode`, `alignCorners`. */
const interpolate: OpDef = {
  kind: 'interpolate',
  couple: 'window',
  shape([given], attrs, { layout }) {
    const x = only(given, 'interpolate');
    const axes = spatialAxes(x.length, layout);
    const sizes = each(attrs, 'size', axes.length);
    if (axes.length === 0 || !sizes.every((size) => isWhole(size, 1)))
      throw new ShapeError(`cannot interpolate ${formatShape(x)} to ${sizes.join('×')}`);
    return [x.map((dim, i) => sizes[axes.indexOf(i)] ?? dim)];
  },
  // As of bilinear interpolation: three multiplications and additions between two rows of two points.
  flops: ({ outputs: [y] }) => 6 * elements(y!),
};

/** attrs: `factor`. Channels become positions: C·r² × H × W → C × rH × rW. */
const pixelShuffle: OpDef = {
  kind: 'pixelShuffle',
  couple: 'shuffle',
  shape: ([x], attrs, { layout }) => [shuffled(spatial(x, 2, 'pixelShuffle'), attrs, layout, false)],
};

/** attrs: `factor`. Positions become channels: C × rH × rW → C·r² × H × W. */
const pixelUnshuffle: OpDef = {
  kind: 'pixelUnshuffle',
  couple: 'shuffle',
  shape: ([x], attrs, { layout }) => [shuffled(spatial(x, 2, 'pixelUnshuffle'), attrs, layout, true)],
};

function shuffled(x: Shape, attrs: Attrs, layout: 'NCHW' | 'NHWC', back: boolean): Shape {
  const factor = whole(attrs, 'factor');
  const channel = channelAxis(4, layout);
  const y = [...x];
  for (const axis of [channel, ...spatialAxes(4, layout)]) {
    const by = axis === channel ? factor ** 2 : factor;
    const size = fixed(x[axis], x, 'a pixel shuffle');
    const grows = (axis === channel) === back;
    y[axis] = grows ? size * by : size / by;
    if (!Number.isInteger(y[axis]))
      throw new ShapeError(`${formatShape(x)} does not divide into squares of ${factor} × ${factor}`);
  }
  return y;
}

/** attrs: `kernel`, `stride`, `padding`, `dilation`. Every window becomes a column: N × C × H × W → N × C·k × windows. */
const unfold: OpDef = {
  kind: 'unfold',
  couple: 'columns',
  shape([given], attrs) {
    const x = spatial(given, 2, 'unfold');
    const count = windowOutput(x, 2, attrs, 0) * windowOutput(x, 3, attrs, 1);
    return [[x[0]!, fixed(x[1], x, 'unfold') * windowSize(attrs, 2), count]];
  },
};

/** attrs: `output` [h, w] and those of `unfold`. Adds columns up where their windows overlap: the way back. */
const fold: OpDef = {
  kind: 'fold',
  couple: 'columns',
  shape([given], attrs) {
    const x = spatial(given, 1, 'fold');
    const [height, width] = each(attrs, 'output', 2) as [number, number];
    const image = [x[0]!, 1, height, width];
    const channels = fixed(x[1], x, 'fold') / windowSize(attrs, 2);
    const count = windowOutput(image, 2, attrs, 0) * windowOutput(image, 3, attrs, 1);
    if (!Number.isInteger(channels) || x[2] !== count)
      throw new ShapeError(`cannot fold ${formatShape(x)} into an image of ${height}×${width}`);
    return [[x[0]!, channels, height, width]];
  },
  flops: ({ inputs: [x] }) => elements(x!),
};

export const resamples: readonly OpDef[] = [interpolate, pixelShuffle, pixelUnshuffle, unfold, fold];
