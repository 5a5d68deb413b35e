// Normalisation: over the batch, over groups of channels, over last dimensions, over neighbours, to unit length.
import { batchNormTrain } from '../../../native/kernels/fused';
import { layerNorm as fusedLayerNorm } from '../../../native/kernels/layer-norm';
import { tf } from '../../../native/tf';
import { axesIn, first, type Kernel, type KernelCall, number } from '../kernel';

const epsilonOf = (call: KernelCall): number => number(call, 'eps', 1e-5);

/** (x − mean) / √(variance + ε) over these axes, with the biased variance. */
function standardised(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, axes, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), epsilon)));
}

/** Times the scale, plus the shift, as far as the layer has them. */
function affine(x: tf.Tensor, call: KernelCall): tf.Tensor {
  const [scale, offset] = [call.param('weight'), call.param('bias')];
  const scaled = scale ? tf.mul(x, scale) : x;
  return offset ? tf.add(scaled, offset) : scaled;
}

export const batchNorm2d: Kernel = {
  op: 'batchNorm2d',
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const [mean, variance] = [call.param('running_mean'), call.param('running_var')];
    const channels: [number] = [x.shape.at(-1)!];
    const scale = (call.param('weight') ?? tf.ones(channels)) as tf.Tensor1D;
    const offset = (call.param('bias') ?? tf.zeros(channels)) as tf.Tensor1D;
    if (!call.training && mean && variance)
      return inferred(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, epsilonOf(call));
    return batchNormTrain(x, scale, offset, epsilonOf(call), (moments) => {
      if (mean && variance && call.training) track(call, mean, variance, moments, x.size / channels[0]);
    });
  },
};

/** tf knows two to four dimensions. */
function inferred(
  x: tf.Tensor,
  ...rest: [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, number]
): tf.Tensor {
  if (x.rank <= 4) return tf.batchNorm(x, ...rest);
  return tf.batchNorm(x.reshape<tf.Tensor2D>([-1, x.shape.at(-1)!]), ...rest).reshape(x.shape);
}

/** running ← (1 − momentum) · running + momentum · batch. The running variance is the unbiased one, as in PyTorch. */
function track(
  call: KernelCall,
  mean: tf.Tensor,
  variance: tf.Tensor,
  moments: { mean: tf.Tensor; variance: tf.Tensor },
  count: number,
): void {
  const momentum = number(call, 'momentum', 0.1);
  const towards = (running: tf.Tensor, batch: tf.Tensor) =>
    tf.tidy(() =>
      (running as tf.Variable).assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))),
    );
  towards(mean, moments.mean);
  towards(variance, tf.mul(moments.variance, count / Math.max(1, count - 1)));
}

/** Over positions of each sample and channel; with its running statistics at inference, where it tracks them. */
export const instanceNorm: Kernel = {
  op: 'instanceNorm',
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const [mean, variance] = [call.param('running_mean'), call.param('running_var')];
    if (mean && variance && !call.training) {
      const inverse = tf.rsqrt(tf.add(variance, epsilonOf(call)));
      return affine(tf.mul(tf.sub(x, mean), inverse), call);
    }
    const axes = Array.from({ length: x.rank - 2 }, (_, i) => i + 1);
    if (mean && variance) {
      const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
      const centre = tf.mean(x, axes, true);
      const spread = tf.mean(tf.square(tf.sub(x, centre)), axes);
      const moments = { mean: tf.mean(centre.reshape(spread.shape), 0), variance: tf.mean(spread, 0) };
      track(call, mean, variance, moments, count);
    }
    return affine(standardised(x, axes, epsilonOf(call)), call);
  },
};

export const groupNorm: Kernel = {
  op: 'groupNorm',
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const [groups, channels] = [number(call, 'groups', 1), x.shape.at(-1)!];
    const positions = x.size / (x.shape[0] * channels);
    const split = x.reshape([x.shape[0], positions, groups, channels / groups]);
    return affine(standardised(split, [1, 3], epsilonOf(call)).reshape(x.shape), call);
  },
};

export const layerNorm: Kernel = {
  op: 'layerNorm',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const last = (call.node.attrs['shape'] as readonly number[]).length;
    const width = x.shape.slice(-last).reduce((n, dim) => n * dim, 1);
    const flat = (role: string) => call.param(role)?.reshape<tf.Tensor1D>([width]);
    const rows = x.reshape<tf.Tensor2D>([-1, width]);
    return fusedLayerNorm(rows, flat('weight'), flat('bias'), epsilonOf(call)).reshape(x.shape);
  },
};

/** x / √(mean x² + ε) · weight (Zhang & Sennrich 2019, arXiv 1910.07467). */
export const rmsNorm: Kernel = {
  op: 'rmsNorm',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const last = (call.node.attrs['shape'] as readonly number[]).length;
    const axes = Array.from({ length: last }, (_, i) => x.rank - last + i);
    return affine(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), axes, true), epsilonOf(call)))), call);
  },
};

/** x / (k + α/size · Σ x² of the neighbouring channels)^β, zeros beyond the ends (AlexNet's). */
export const localResponseNorm: Kernel = {
  op: 'localResponseNorm',
  axes: 'channelsLast',
  run(call) {
    const x = first(call);
    const span = number(call, 'size');
    const before = Math.floor(span / 2);
    const ends = x.shape.map((_, axis): [number, number] =>
      axis === x.rank - 1 ? [before, span - 1 - before] : [0, 0],
    );
    const squares = tf.pad(tf.square(x), ends);
    const start = x.shape.map(() => 0);
    const windows = Array.from({ length: span }, (_, i) =>
      tf.slice(squares, [...start.slice(0, -1), i], x.shape),
    );
    const sums = tf.mul(tf.addN(windows), number(call, 'alpha', 1e-4) / span);
    return tf.div(x, tf.pow(tf.add(sums, number(call, 'k', 1)), number(call, 'beta', 0.75)));
  },
};

/** Near the smallest number that single precision has with all its digits. */
const smallest = 1.2e-38;

/** Divides by the p-norm along an axis, but never by less than ε. */
export const normalize: Kernel = {
  op: 'normalize',
  axes: 'same',
  run(call) {
    const x = first(call);
    const [axes, p] = [axesIn(call), number(call, 'p', 2)];
    const powers = tf.sum(p === 2 ? tf.square(x) : tf.pow(tf.abs(x), p), axes, true);
    // The bound goes inside the root: outside, zeros (padding, say) would have a root's slope at zero, which is no number.
    const bounded = tf.maximum(powers, Math.max(number(call, 'eps', 1e-12) ** p, smallest));
    return tf.div(x, p === 2 ? tf.sqrt(bounded) : tf.pow(bounded, 1 / p));
  },
};

export const norms: readonly Kernel[] = [
  batchNorm2d,
  instanceNorm,
  groupNorm,
  layerNorm,
  rmsNorm,
  localResponseNorm,
  normalize,
];
