// Pooling over windows, to a fixed size, and means over axes.
import { pair } from '../../../core/graph/op';
import { windowOutput } from '../../../core/graph/ops/window';
import { tf } from '../../../native/tf';
import { first, innerAxis, type Kernel, type KernelCall } from '../kernel';

/** Windows along one axis: padding on both sides, and `extra` at the far end (ceil mode, or Keras' odd `same`). */
function edge({ node: { attrs }, inputs }: KernelCall, which: 0 | 1) {
  const [kernel, stride] = [pair(attrs, 'kernel')[which], pair(attrs, 'stride', 1)[which]];
  const { shape } = inputs[0]!;
  const size = shape[which + 1]!;
  const steps = windowOutput(shape, which + 1, attrs, which) - 1;
  const reach = steps * stride + pair(attrs, 'dilation', 1)[which] * (kernel - 1) + 1;
  if (attrs['padding'] === 'same') {
    const total = Math.max(0, reach - size);
    return { padding: Math.floor(total / 2), extra: total % 2 };
  }
  const padding = attrs['padding'] === 'valid' ? 0 : pair(attrs, 'padding', 0)[which];
  return { padding, extra: Math.max(0, reach - size - 2 * padding) };
}

function edges(call: KernelCall) {
  const { attrs } = call.node;
  const [rows, cols] = [edge(call, 0), edge(call, 1)];
  return {
    kernel: [...pair(attrs, 'kernel')] as [number, number],
    stride: [...pair(attrs, 'stride', 1)] as [number, number],
    dilation: [...pair(attrs, 'dilation', 1)] as [number, number],
    padding: [rows.padding, cols.padding] as const,
    extra: [rows.extra, cols.extra] as const,
  };
}

type Windows = ReturnType<typeof edges>;

const padded = (
  x: tf.Tensor4D,
  { padding: [h, w], extra: [bottom, right] }: Windows,
  value: number,
): tf.Tensor4D =>
  h + w + bottom + right === 0
    ? x
    : tf.pad(
        x,
        [
          [0, 0],
          [h, h + bottom],
          [w, w + right],
          [0, 0],
        ],
        value,
      );

export const maxPool2d: Kernel = {
  op: 'maxPool2d',
  run(call) {
    const x = first(call) as tf.Tensor4D;
    const windows = edges(call);
    // Padding must never win: the smallest float does not.
    const image = padded(x, windows, -3.4e38);
    const { kernel, stride, dilation } = windows;
    if (dilation[0] === 1 && dilation[1] === 1) return tf.maxPool(image, kernel, stride, 'valid');
    // tf dilates only what does not stride; the stride follows.
    return tf.maxPool(tf.pool(image, kernel, 'max', 'valid', dilation, 1), 1, stride, 'valid');
  },
};

export const avgPool2d: Kernel = {
  op: 'avgPool2d',
  run(call) {
    const x = first(call) as tf.Tensor4D;
    const windows = edges(call);
    const mean = tf.avgPool(padded(x, windows, 0), windows.kernel, windows.stride, 'valid');
    const area = windows.kernel[0] * windows.kernel[1];
    const { padding, extra } = windows;
    if (padding[0] + padding[1] + extra[0] + extra[1] === 0) return mean;
    // Divide by the elements that count: all of the padding by default, never what ceil mode hangs over.
    const counted = call.node.attrs['countIncludePad'] !== false && call.node.attrs['padding'] !== 'same';
    const ones = tf.ones<tf.Rank.R4>([1, x.shape[1], x.shape[2], 1]);
    const inside = counted
      ? tf.pad(
          ones,
          [
            [0, 0],
            [padding[0], padding[0]],
            [padding[1], padding[1]],
            [0, 0],
          ],
          1,
        )
      : ones;
    const border = { ...windows, padding: counted ? ([0, 0] as const) : padding };
    const share = tf.avgPool(padded(inside, border, 0), windows.kernel, windows.stride, 'valid');
    return tf.div(tf.mul(mean, area), tf.mul(share, area));
  },
};

export const adaptiveAvgPool2d: Kernel = {
  op: 'adaptiveAvgPool2d',
  run(call) {
    const x = first(call) as tf.Tensor4D;
    const [rows, cols] = pair(call.node.attrs, 'output');
    const [, height, width] = x.shape;
    if (rows === 1 && cols === 1) return tf.mean(x, [1, 2], true);
    if (height % rows === 0 && width % cols === 0) {
      const window: [number, number] = [height / rows, width / cols];
      return tf.avgPool(x, window, window, 'valid');
    }
    // PyTorch's windows overlap where the sizes do not divide: [⌊i·H/rows⌋, ⌈(i+1)·H/rows⌉).
    return tf.concat(
      bins(height, rows).map(([top, h]) =>
        tf.concat(
          bins(width, cols).map(([left, w]) =>
            tf.mean(tf.slice(x, [0, top, left, 0], [-1, h, w, -1]), [1, 2], true),
          ),
          2,
        ),
      ),
      1,
    );
  },
};

/** Start and length of each output's window. */
const bins = (size: number, count: number): [number, number][] =>
  Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * size) / count);
    return [start, Math.ceil(((i + 1) * size) / count) - start];
  });

export const mean: Kernel = {
  op: 'mean',
  run(call) {
    const x = first(call);
    const axes = (call.node.attrs['axes'] as readonly number[]).map((axis) =>
      innerAxis(axis, x.rank, call.layout),
    );
    return tf.mean(x, axes, call.node.attrs['keepDims'] === true);
  },
};
