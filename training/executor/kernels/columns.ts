// Windows laid out as columns, and added up again: unfold and fold.
import { elements } from '../../../core/graph/shape';
import { each } from '../../../core/graph/attributes';
import { tf } from '../../../native/tf';
import { first, type Kernel, type KernelCall } from '../kernel';
import { everyOf } from './concat';
import { padded } from './convolution';

function windows({ node: { attrs } }: KernelCall) {
  const two = (key: string, fallback?: number) => each(attrs, key, 2, fallback) as readonly [number, number];
  return {
    kernel: two('kernel'),
    stride: two('stride', 1),
    padding: two('padding', 0),
    dilation: two('dilation', 1),
  };
}

const steps = (size: number, pad: number, kernel: number, dilation: number, stride: number): number =>
  Math.floor((size + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;

/** N × C × H × W → N × C·k × windows. */
const unfold: Kernel = {
  op: 'unfold',
  axes: 'channelsLast',
  run(call) {
    const { kernel, stride, padding, dilation } = windows(call);
    const image = padded(first(call), [
      [padding[0], padding[0]],
      [padding[1], padding[1]],
    ]);
    const [n, height, width, channels] = image.shape as [number, number, number, number];
    const rows = steps(height, 0, kernel[0], dilation[0], stride[0]);
    const columns = steps(width, 0, kernel[1], dilation[1], stride[1]);
    const taps: tf.Tensor[] = [];
    for (let i = 0; i < kernel[0]; i++)
      for (let j = 0; j < kernel[1]; j++) {
        const down = strip(image, 1, i * dilation[0], rows, stride[0]);
        taps.push(strip(down, 2, j * dilation[1], columns, stride[1]));
      }
    // Windows × channels × taps: channels count slower than taps.
    return tf.stack(taps, 4).reshape([n, rows * columns, channels * taps.length]);
  },
};

function strip(x: tf.Tensor, axis: number, from: number, count: number, step: number): tf.Tensor {
  const [begin, size] = [x.shape.map(() => 0), x.shape.slice()];
  begin[axis] = from;
  size[axis] = Math.min(count * step, x.shape[axis]! - from);
  if (step === 1) size[axis] = count;
  const part = tf.slice(x, begin, size);
  return step === 1 ? part : everyOf(part, axis, count, step);
}

/** The way back: every tap is spread to where it came from, and all are added up. */
const fold: Kernel = {
  op: 'fold',
  axes: 'channelsLast',
  run(call) {
    const { kernel, stride, padding, dilation } = windows(call);
    const output = each(call.node.attrs, 'output', 2);
    const x = first(call);
    const count = kernel[0] * kernel[1];
    const n = x.shape[0];
    const channels = x.shape[2]! / count;
    const sizes = [0, 1].map((i) => steps(output[i]!, padding[i]!, kernel[i]!, dilation[i]!, stride[i]!));
    const full = [0, 1].map((i) => output[i]! + 2 * padding[i]!);
    const taps = tf.unstack(x.reshape([n, sizes[0]!, sizes[1]!, channels, count]), 4);
    const spread = taps.map((tap, t) => {
      const at = [Math.floor(t / kernel[1]) * dilation[0], (t % kernel[1]) * dilation[1]];
      return [0, 1].reduce((y, i) => placed(y, i + 1, at[i]!, stride[i]!, full[i]!), tap);
    });
    const sum = tf.addN(spread);
    return tf.slice(sum, [0, padding[0], padding[1], 0], [n, output[0]!, output[1]!, channels]);
  },
};

/** Positions `step` apart, from `start` on, in an axis of `size`. */
function placed(x: tf.Tensor, axis: number, start: number, step: number, size: number): tf.Tensor {
  const count = x.shape[axis]!;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const rows = x.reshape([elements(before), count, 1, elements(after)]);
  const wide = tf
    .pad(rows, [
      [0, 0],
      [0, 0],
      [0, step - 1],
      [0, 0],
    ])
    .reshape([elements(before), count * step, elements(after)]);
  const long = (count - 1) * step + 1;
  const line = tf.slice(wide, [0, 0, 0], [-1, long, -1]);
  return tf
    .pad(line, [
      [0, 0],
      [start, size - start - long],
      [0, 0],
    ])
    .reshape([...before, size, ...after]);
}

export const columns: readonly Kernel[] = [unfold, fold];
