// Pooling over windows and to a fixed size, in one, two and three dimensions.
import { spatialAxes } from '../../../../core/graph/op';
import { sizeAt } from '../../../../core/graph/shape';
import { channelsFirst, floats, type OnnxOp, type OpContext } from '../op';
import { windowAttrs } from '../window';

const maxPool: OnnxOp = (c) => {
  const attrs = { ...windowAttrs(c), ceil_mode: { int: c.attrs['ceilMode'] === true ? 1 : 0 } };
  return channelsFirst(c, (x) => c.emit('MaxPool', [x], attrs));
};

const avgPool: OnnxOp = (c) => {
  const { dilations, ...attrs } = windowAttrs(c);
  if (dilations) return c.refuse('an average over a dilated window came with opset 19');
  const flags = {
    ceil_mode: { int: c.attrs['ceilMode'] === true ? 1 : 0 },
    // PyTorch counts padding by default; Keras never does.
    count_include_pad: { int: c.attrs['countIncludePad'] === false ? 0 : 1 },
  };
  return channelsFirst(c, (x) => c.emit('AveragePool', [x], { ...attrs, ...flags }));
};

/** Sizes of the spatial axes before and after. */
function sizesOf(c: OpContext) {
  const shape = c.inputShape(0);
  const from = spatialAxes(shape.length, c.layout).map((axis) => sizeAt(shape[axis]!, 1));
  const given = c.attrs['output'];
  const list = Array.isArray(given) ? (given as readonly (number | null)[]) : [given as number | null];
  return { from, to: from.map((size, i) => (list.length === 1 ? list[0] : list[i]) ?? size) };
}

const adaptive =
  (pool: 'Average' | 'Max'): OnnxOp =>
  (c) => {
    const { from, to } = sizesOf(c);
    if (to.every((size) => size === 1)) return channelsFirst(c, (x) => c.emit(`Global${pool}Pool`, [x]));
    if (from.every((size, i) => size % to[i]! === 0)) {
      const ints = from.map((size, i) => size / to[i]!);
      const attrs = { kernel_shape: { ints }, strides: { ints } };
      return channelsFirst(c, (x) => c.emit(`${pool}Pool`, [x], attrs));
    }
    if (pool === 'Max') return c.refuse('the windows of its maximum are of unequal size');
    return channelsFirst(c, (x) => from.reduce((y, size, i) => averaged(c, y, i, size, to[i]!), x));
  };

/** Windows of unequal size: an average is a product with a matrix, axis by axis. */
function averaged(c: OpContext, x: string, which: number, from: number, to: number): string {
  if (from === to) return x;
  const letters = [...'nchwd'].slice(0, c.inputShape(0).length);
  const out = letters.map((letter, i) => (i === which + 2 ? 'o' : letter)).join('');
  const equation = `${letters.join('')},o${letters[which + 2]!}->${out}`;
  return c.emit('Einsum', [x, c.constant(floats([to, from], averages(from, to)))], {
    equation: { string: equation },
  });
}

/** Row i averages ⌊i·size/out⌋ … ⌈(i+1)·size/out⌉ − 1, PyTorch's windows. */
function averages(size: number, out: number): number[] {
  return Array.from({ length: out }, (_, i) => {
    const [start, end] = [Math.floor((i * size) / out), Math.ceil(((i + 1) * size) / out)];
    return Array.from({ length: size }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0));
  }).flat();
}

export const pools: Readonly<Record<string, OnnxOp>> = Object.fromEntries(
  [1, 2, 3].flatMap((n) => [
    [`maxPool${n}d`, maxPool],
    [`avgPool${n}d`, avgPool],
    [`adaptiveAvgPool${n}d`, adaptive('Average')],
    [`adaptiveMaxPool${n}d`, adaptive('Max')],
  ]),
);
