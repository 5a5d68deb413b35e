// Transposed convolution: a plain one over an input with zeros between its positions, with the kernel turned round.
import { elements } from '../../../core/graph/shape';
import { each } from '../../../core/graph/attributes';
import { int } from '../../../core/graph/op';
import { conv2dTrain } from '../../../native/kernels/convolution';
import { convolution3d } from '../../../native/kernels/convolution3d';
import { tf } from '../../../native/tf';
import { first, type Kernel, type KernelCall } from '../kernel';
import { padded } from './convolution';

const kernel = (count: number): Kernel => ({
  op: `convTranspose${count}d`,
  axes: 'channelsLast',
  run(call) {
    const groups = int(call.node.attrs, 'groups');
    const [x, weight] = [first(call), call.param('weight')!];
    // Stored as kernel × out/groups × in; each group has its share of the inputs.
    const parts = groups === 1 ? [x] : tf.split(x, groups, x.rank - 1);
    const filters = groups === 1 ? [weight] : tf.split(weight, groups, weight.rank - 1);
    const made = parts.map((part, i) => transposedConvolution(part, filters[i]!, count, call));
    const y = groups === 1 ? made[0]! : tf.concat(made, x.rank - 1);
    const bias = call.param('bias');
    return bias ? tf.add(y, bias) : y;
  },
});

/** @param filter kernel × out × in. */
function transposedConvolution(
  x: tf.Tensor,
  filter: tf.Tensor,
  count: number,
  { node: { attrs } }: KernelCall,
): tf.Tensor {
  const all = (key: string, fallback: number) => each(attrs, key, count, fallback);
  const [stride, dilation] = [all('stride', 1), all('dilation', 1)];
  const spread = widened(x, stride);
  const axes = Array.from({ length: count }, (_, i) => i);
  const turned = tf.reverse(filter, axes).transpose([...axes, count + 1, count]);
  const pads = axes.map((axis) => {
    const reach = dilation[axis]! * (filter.shape[axis]! - 1);
    if (attrs['padding'] === 'same') {
      // The output is `stride` times as wide: what the forward convolution pads, from the other side.
      const total = Math.max(0, reach + 1 - stride[axis]!);
      const before = Math.floor(total / 2);
      const length = x.shape[axis + 1]! * stride[axis]!;
      const after = length - (spread.shape[axis + 1]! + reach - before - reach);
      return [reach - before, after] as const;
    }
    const padding = attrs['padding'] === 'valid' ? 0 : all('padding', 0)[axis]!;
    return [reach - padding, reach - padding + all('outputPadding', 0)[axis]!] as const;
  });
  const image = cropped(
    padded(
      spread,
      pads.map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const),
    ),
    pads,
  );
  if (count === 3)
    return convolution3d(image as tf.Tensor5D, turned as tf.Tensor5D, [1, 1, 1], dilation, conv2dTrain);
  const flat = count === 1;
  const plane = flat ? image.reshape([image.shape[0], 1, ...image.shape.slice(1)]) : image;
  const y = conv2dTrain(
    plane as tf.Tensor4D,
    (flat ? turned.expandDims(0) : turned) as tf.Tensor4D,
    [1, 1],
    'valid',
    flat ? [1, dilation[0]!] : [dilation[0]!, dilation[1]!],
  );
  return flat ? y.reshape([y.shape[0], y.shape[2], y.shape[3]]) : y;
}

/** Zeros between the positions of every spatial axis: n → (n − 1)·stride + 1. */
function widened(x: tf.Tensor, stride: readonly number[]): tf.Tensor {
  let y = x;
  stride.forEach((step, i) => {
    if (step === 1) return;
    const axis = i + 1;
    const shape = y.shape;
    const rows = y.reshape([...shape.slice(0, axis + 1), 1, elements(shape.slice(axis + 1))]);
    const gaps = rows.shape.map((_, at): [number, number] => [0, at === axis + 1 ? step - 1 : 0]);
    const wide = tf
      .pad(rows, gaps)
      .reshape([...shape.slice(0, axis), shape[axis]! * step, ...shape.slice(axis + 1)]);
    const end = wide.shape.slice();
    end[axis] = (shape[axis]! - 1) * step + 1;
    y = tf.slice(
      wide,
      end.map(() => 0),
      end,
    );
  });
  return y;
}

/** A negative padding cuts. */
function cropped(x: tf.Tensor, pads: readonly (readonly [number, number])[]): tf.Tensor {
  if (pads.every(([a, b]) => a >= 0 && b >= 0)) return x;
  const [begin, end] = [x.shape.map(() => 0), x.shape.slice()];
  pads.forEach(([a, b], i) => {
    begin[i + 1] = Math.max(0, -a);
    end[i + 1] = x.shape[i + 1]! - Math.max(0, -a) - Math.max(0, -b);
  });
  return tf.slice(x, begin, end);
}

export const transposedConvolutions: readonly Kernel[] = [1, 2, 3].map(kernel);
