// Pooling over windows and to a fixed size, in one, two and three dimensions.
import { tf } from '../../../native/tf';
import { first, type Kernel, type KernelCall } from '../kernel';
import { padded } from './convolution';
import { type Windows, windowsOf } from './windows';

type Kind = 'max' | 'avg';

/** Padding must never win: the smallest float does not. */
const lowest = -3.4e38;

const withExtra = ({ pads, extra }: Windows, kept = true) =>
  pads.map(([before, after], i) => [kept ? before : 0, (kept ? after : 0) + extra[i]!] as const);

/** A window pooling whose padding is already there. @param x N × sizes × channels. */
function slide(kind: Kind, x: tf.Tensor, { kernel, stride, dilation }: Windows): tf.Tensor {
  if (kernel.length === 3) return slide3d(kind, x, { kernel, stride, dilation });
  const flat = kernel.length === 1;
  const two = (list: readonly number[]): [number, number] => (flat ? [1, list[0]!] : [list[0]!, list[1]!]);
  const image = (flat ? x.expandDims(1) : x) as tf.Tensor4D;
  const [size, step, spread] = [two(kernel), two(stride), two(dilation)];
  let y: tf.Tensor;
  if (kind === 'avg') y = tf.avgPool(image, size, step, 'valid');
  else if (spread[0] === 1 && spread[1] === 1) y = tf.maxPool(image, size, step, 'valid');
  // tf dilates only what does not stride; the stride follows.
  else y = tf.maxPool(tf.pool(image, size, 'max', 'valid', spread, 1), 1, step, 'valid');
  return flat ? y.squeeze([1]) : y;
}

/** Axis by axis: a largest value and a mean are those of the largest values and means of the rows. */
function slide3d(
  kind: Kind,
  x: tf.Tensor,
  windows: Pick<Windows, 'kernel' | 'stride' | 'dilation'>,
): tf.Tensor {
  const { kernel, stride, dilation } = windows;
  const [batch, depth, height, width, channels] = x.shape as [number, number, number, number, number];
  const of = (axes: readonly number[]): Windows => ({
    kernel: axes.map((axis) => kernel[axis]!),
    stride: axes.map((axis) => stride[axis]!),
    dilation: axes.map((axis) => dilation[axis]!),
    pads: [],
    extra: [],
  });
  const planes = slide(kind, x.reshape([batch * depth, height, width, channels]), of([1, 2]));
  const [rows, columns] = [planes.shape[1]!, planes.shape[2]!];
  const lines = planes.reshape([batch, depth, rows * columns, channels]).transpose([0, 2, 1, 3]);
  const y = slide(kind, lines.reshape([batch * rows * columns, depth, channels]), of([0]));
  return y
    .reshape([batch, rows * columns, y.shape[1]!, channels])
    .transpose([0, 2, 1, 3])
    .reshape([batch, y.shape[1]!, rows, columns, channels]);
}

const maxPool = (count: number): Kernel => ({
  op: `maxPool${count}d`,
  axes: 'channelsLast',
  run(call) {
    const windows = windowsOf(call, count);
    return slide('max', padded(first(call), withExtra(windows), lowest), windows);
  },
});

const avgPool = (count: number): Kernel => ({
  op: `avgPool${count}d`,
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const windows = windowsOf(call, count);
    const mean = slide('avg', padded(x, withExtra(windows)), windows);
    const none = withExtra(windows).every(([before, after]) => before + after === 0);
    return none ? mean : tf.div(mean, counted(x, windows, call));
  },
});

/** Of each window the share that counts: all of the padding by default, never what ceil mode hangs over. */
function counted(x: tf.Tensor, windows: Windows, { node: { attrs } }: KernelCall): tf.Tensor {
  const withPadding = attrs['countIncludePad'] !== false && attrs['padding'] !== 'same';
  const ones = tf.ones([1, ...x.shape.slice(1, -1), 1]);
  const inside = withPadding ? padded(ones, windows.pads, 1) : ones;
  return slide('avg', padded(inside, withExtra(windows, !withPadding)), windows);
}

const adaptive = (op: string, kind: Kind, count: number): Kernel => ({
  op: `${op}${count}d`,
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const sizes = outputSizes(call, count);
    const spatial = Array.from({ length: count }, (_, i) => i + 1);
    if (sizes.every((size) => size === 1)) return reduce(kind, x, spatial, true);
    if (sizes.every((size, i) => x.shape[i + 1]! % size === 0)) {
      const kernel = sizes.map((size, i) => x.shape[i + 1]! / size);
      return slide(kind, x, { kernel, stride: kernel, dilation: kernel.map(() => 1), pads: [], extra: [] });
    }
    return spatial.reduce((y, axis) => inBins(kind, y, axis, sizes[axis - 1]!), x);
  },
});

const reduce = (kind: Kind, x: tf.Tensor, axes: number[], keepDims: boolean): tf.Tensor =>
  kind === 'max' ? tf.max(x, axes, keepDims) : tf.mean(x, axes, keepDims);

function outputSizes({ node, inputs }: KernelCall, count: number): number[] {
  const output = node.attrs['output'];
  const list = (Array.isArray(output) ? output : [output]) as readonly (number | null)[];
  const { shape } = inputs[0]!;
  return Array.from({ length: count }, (_, i) => (list.length === 1 ? list[0] : list[i]) ?? shape[i + 1]!);
}

/** PyTorch's windows overlap where the sizes do not divide: [⌊i·H/rows⌋, ⌈(i+1)·H/rows⌉). */
export function inBins(kind: Kind, x: tf.Tensor, axis: number, count: number): tf.Tensor {
  const length = x.shape[axis]!;
  if (length === count) return x;
  const bins = Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * length) / count);
    const begin = x.shape.map((_, at) => (at === axis ? start : 0));
    const size = x.shape.slice();
    size[axis] = Math.ceil(((i + 1) * length) / count) - start;
    return reduce(kind, tf.slice(x, begin, size), [axis], true);
  });
  return tf.concat(bins, axis);
}

export const pools: readonly Kernel[] = [1, 2, 3].flatMap((count) => [
  maxPool(count),
  avgPool(count),
  adaptive('adaptiveAvgPool', 'avg', count),
  adaptive('adaptiveMaxPool', 'max', count),
]);
