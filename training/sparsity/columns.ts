// What a weight matrix is multiplied with: a layer's input as columns, one for each kernel position and input channel.
import { each } from '../../core/graph/attributes';
import type { GraphNode } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import { padded } from '../executor/kernels/convolution';
import { type Pads, samePads } from '../executor/kernels/windows';

/** Ops whose input can be laid out so. A transposed convolution scatters instead: no row of it reads a column. */
export const hasColumns = ({ op }: GraphNode): boolean => op === 'linear' || /^conv[123]d$/.test(op);

/**
 * One tensor of samples × channels for each kernel position, row-major as in the weight matrix; a linear layer has one.
 * Samples are all places that the kernel lies at, over the batch. Call it in a tidy.
 * @param x as the node's kernel takes it: features, or channels, last.
 */
export function columnsOf({ op, attrs }: GraphNode, x: tf.Tensor): tf.Tensor2D[] {
  const channels = x.shape.at(-1)!;
  if (op === 'linear') return [x.reshape([-1, channels])];
  const count = x.rank - 2;
  const all = (key: string, fallback?: number) => each(attrs, key, count, fallback);
  const [kernel, stride, dilation] = [all('kernel'), all('stride', 1), all('dilation', 1)];
  const { padding } = attrs;
  const sizes = x.shape.slice(1, -1);
  const pads: Pads =
    padding === 'same'
      ? samePads(sizes, kernel, stride, dilation)
      : padding === 'valid'
        ? sizes.map(() => [0, 0] as const)
        : all('padding', 0).map((pad) => [pad, pad] as const);
  const wide = padded(x, pads);
  const steps = kernel.map((taps, i) =>
    Math.floor((wide.shape[i + 1]! - dilation[i]! * (taps - 1) - 1) / stride[i]!),
  );
  return positionsIn(kernel).map((position) => {
    const begin = position.map((at, i) => at * dilation[i]!);
    const end = begin.map((from, i) => from + steps[i]! * stride[i]! + 1);
    const part = tf.stridedSlice(wide, [0, ...begin, 0], [x.shape[0], ...end, channels], [1, ...stride, 1]);
    return part.reshape([-1, channels]);
  });
}

/** All places of a box, the last axis fastest. */
const positionsIn = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])),
    [[]],
  );
