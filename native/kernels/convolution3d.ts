// Convolution over depth, height and width as a sum of planar ones, a tap of the kernel's depth at a time.
import { tf } from '../tf';
import type { conv2dTrain } from './convolution';

/**
 * @param x N × depth × height × width × channels, padded already.
 * @param filter depth × height × width × in × out (or in × multiplier, with a depthwise plane).
 */
export function convolution3d(
  x: tf.Tensor5D,
  filter: tf.Tensor5D,
  stride: readonly number[],
  dilation: readonly number[],
  plane: typeof conv2dTrain,
): tf.Tensor5D {
  const [batch, length, height, width, channels] = x.shape;
  const taps = filter.shape[0];
  const [step, gap] = [stride[0]!, dilation[0]!];
  const count = Math.floor((length - gap * (taps - 1) - 1) / step) + 1;
  const kernel = filter.shape.slice(1) as [number, number, number, number];
  const parts = Array.from({ length: taps }, (_, tap) => {
    const planes = every(x, tap * gap, count, step).reshape<tf.Tensor4D>([
      batch * count,
      height,
      width,
      channels,
    ]);
    const own = tf.slice(filter, [tap, 0, 0, 0, 0], [1, -1, -1, -1, -1]).reshape<tf.Tensor4D>(kernel);
    return plane(planes, own, [stride[1]!, stride[2]!], 'valid', [dilation[1]!, dilation[2]!]);
  });
  const y = parts.length === 1 ? parts[0]! : tf.addN(parts);
  return y.reshape([batch, count, y.shape[1], y.shape[2], y.shape[3]]);
}

/** `count` planes, `step` apart. */
function every(x: tf.Tensor5D, from: number, count: number, step: number): tf.Tensor {
  if (step === 1) return tf.slice(x, [0, from, 0, 0, 0], [-1, count, -1, -1, -1]);
  const picks = Array.from({ length: count }, (_, i) =>
    tf.slice(x, [0, from + i * step, 0, 0, 0], [-1, 1, -1, -1, -1]),
  );
  return picks.length === 1 ? picks[0]! : tf.concat(picks, 1);
}
