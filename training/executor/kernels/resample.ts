// Ops that trade image positions: interpolation and pixel shuffles.
import { elements } from '../../../core/graph/shape';
import { each } from '../../../core/graph/attributes';
import { tf } from '../../../native/tf';
import { first, isSet, type Kernel, number, word } from '../kernel';
import { inBins } from './pool';

/** What an output position is made of: input positions and their shares. */
type Taps = readonly (readonly [position: number, share: number])[];
type Mode = (at: number, from: number, to: number, aligned: boolean) => Taps;

const nearest: Mode = (at, from, to) => [[Math.min(from - 1, Math.floor((at * from) / to)), 1]];
const nearestExact: Mode = (at, from, to) => [[Math.min(from - 1, Math.floor(((at + 0.5) * from) / to)), 1]];

/** Where an output position lies among the inputs. */
const source = (at: number, from: number, to: number, aligned: boolean): number =>
  aligned ? (to > 1 ? (at * (from - 1)) / (to - 1) : 0) : ((at + 0.5) * from) / to - 0.5;

const linear: Mode = (at, from, to, aligned) => {
  const place = Math.max(0, source(at, from, to, aligned));
  const left = Math.min(from - 1, Math.floor(place));
  return [
    [left, 1 - (place - left)],
    [Math.min(from - 1, left + 1), place - left],
  ];
};

/** Keys' convolution with a = −0.75, as PyTorch. */
const cubic: Mode = (at, from, to, aligned) => {
  const place = source(at, from, to, aligned);
  const left = Math.floor(place);
  const t = place - left;
  const a = -0.75;
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  const shares = [far(t + 1), near(t), near(1 - t), far(2 - t)];
  return shares.map((share, i) => [Math.min(from - 1, Math.max(0, left - 1 + i)), share] as const);
};

const modes: Readonly<Record<string, Mode>> = {
  nearest,
  'nearest-exact': nearestExact,
  linear,
  bilinear: linear,
  trilinear: linear,
  bicubic: cubic,
};

/** Axis by axis: what interpolates an image interpolates its rows, then its columns. */
const interpolate: Kernel = {
  op: 'interpolate',
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const sizes = each(call.node.attrs, 'size', x.rank - 2);
    const mode = word(call, 'mode', 'nearest');
    return sizes.reduce((y, to, i) => {
      if (mode === 'area') return inBins('avg', y, i + 1, to);
      return resized(y, i + 1, to, modes[mode] ?? nearest, isSet(call, 'alignCorners'));
    }, x);
  },
};

function resized(x: tf.Tensor, axis: number, to: number, mode: Mode, aligned: boolean): tf.Tensor {
  const from = x.shape[axis]!;
  if (from === to) return x;
  const [before, after] = [elements(x.shape.slice(0, axis)), elements(x.shape.slice(axis + 1))];
  const shape = [...x.shape.slice(0, axis), to, ...x.shape.slice(axis + 1)];
  if (mode === nearest && to % from === 0) {
    const wide = tf.mul(x.reshape([before, from, 1, after]), tf.ones([1, 1, to / from, 1]));
    return wide.reshape(shape);
  }
  const matrix = new Float32Array(to * from);
  for (let at = 0; at < to; at++)
    for (const [position, share] of mode(at, from, to, aligned)) matrix[at * from + position]! += share;
  // Positions first, so that one product of matrices serves all of the batch.
  const rows = x.reshape([before, from, after]).transpose([1, 0, 2]).reshape<tf.Tensor2D>([from, -1]);
  const y = tf.matMul(tf.tensor2d(matrix, [to, from]), rows);
  return y.reshape([to, before, after]).transpose([1, 0, 2]).reshape(shape);
}

/** Channels become positions: (C, r, r) × H × W → C × (H, r) × (W, r). Channels count as PyTorch's do. */
const pixelShuffle: Kernel = {
  op: 'pixelShuffle',
  axes: 'channelsLast',
  run(call) {
    const r = number(call, 'factor');
    const [n, h, w, c] = first(call).shape as [number, number, number, number];
    return first(call)
      .reshape([n, h, w, c / r ** 2, r, r])
      .transpose([0, 1, 4, 2, 5, 3])
      .reshape([n, h * r, w * r, c / r ** 2]);
  },
};

const pixelUnshuffle: Kernel = {
  op: 'pixelUnshuffle',
  axes: 'channelsLast',
  run(call) {
    const r = number(call, 'factor');
    const [n, h, w, c] = first(call).shape as [number, number, number, number];
    return first(call)
      .reshape([n, h / r, r, w / r, r, c])
      .transpose([0, 1, 3, 5, 2, 4])
      .reshape([n, h / r, w / r, c * r ** 2]);
  },
};

export const resamples: readonly Kernel[] = [interpolate, pixelShuffle, pixelUnshuffle];
