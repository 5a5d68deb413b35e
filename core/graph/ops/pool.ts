// Pooling over windows, to a fixed size, and means over whole axes.
import { imageAxes, type OpDef, pair } from '../op';
import { axisOf, type Dim, elements, formatShape, type Shape, ShapeError } from '../shape';
import { windowOutput } from './conv2d';

/** attrs: `kernel`, `stride`, `padding`, `dilation`, `ceilMode`; for averages also `countIncludePad`. */
const windowPool = (kind: string): OpDef => ({
  kind,
  couple: 'window',
  shape([x], attrs, { layout }) {
    const image = requireImage(x, kind);
    const { height, width } = imageAxes(layout);
    const y: Dim[] = [...image];
    y[height] = windowOutput(image, height, attrs, 0);
    y[width] = windowOutput(image, width, attrs, 1);
    return [y];
  },
  flops({ outputs: [y], attrs }) {
    const [kh, kw] = pair(attrs, 'kernel');
    return elements(y!) * kh * kw;
  },
});

export const maxPool2d = windowPool('maxPool2d');
export const avgPool2d = windowPool('avgPool2d');

/** attrs: `output` [h, w]; a null keeps that size. */
export const adaptiveAvgPool2d: OpDef = {
  kind: 'adaptiveAvgPool2d',
  couple: 'window',
  shape([x], attrs, { layout }) {
    const { height, width } = imageAxes(layout);
    const y: Dim[] = [...requireImage(x, 'adaptiveAvgPool2d')];
    const output = attrs['output'];
    const [h, w = h] = Array.isArray(output) ? (output as (number | null)[]) : [output as number | null];
    y[height] = h ?? y[height]!;
    y[width] = w ?? y[width]!;
    return [y];
  },
  flops: ({ inputs: [x] }) => elements(x!),
};

/** attrs: `axes`, `keepDims`. A mean over the channel axis itself is a barrier for coupling. */
export const mean: OpDef = {
  kind: 'mean',
  couple: 'reduce',
  shape([x], attrs) {
    const axes = new Set((attrs['axes'] as readonly number[]).map((axis) => axisOf(axis, x!.length)));
    if (attrs['keepDims'] === true) return [x!.map((dim, i) => (axes.has(i) ? 1 : dim))];
    return [x!.filter((_, i) => !axes.has(i))];
  },
  flops: ({ inputs: [x] }) => elements(x!),
};

function requireImage(x: Shape | undefined, what: string): Shape {
  if (x?.length === 4) return x;
  throw new ShapeError(`${what} needs a 4-D input, not ${x ? formatShape(x) : 'nothing'}`);
}
