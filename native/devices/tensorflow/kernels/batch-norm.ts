// Batch normalisation in training by TensorFlow's fused ops, over all axes but the last.
import { tf } from '../../../tf';
import { execute, free, type Info, type KernelCall, reshape, type TensorFlowBackend } from './execute';

/** inputs x [..., C], scale [C], offset [C]; outputs y, mean [C], variance [C] (biased). attrs: epsilon. */
export function batchNormTrain({ backend, inputs, attrs }: KernelCall): Info[] {
  const { x, scale, offset } = inputs as Record<'x' | 'scale' | 'offset', Info>;
  const image = asImage(backend, x);
  const empty = tf.tensor1d([], 'float32');
  const given = [image, scale, offset, empty, empty];
  const [y, mean, unbiased, savedMean, saved, third] = execute(
    backend,
    'FusedBatchNormV3',
    given,
    fused(attrs),
    6,
  ) as [Info, Info, Info, Info, Info, Info];
  empty.dispose();
  free(backend, savedMean, third, ...(image === x ? [] : [image]));
  const out = reshaped(backend, y, x.shape);
  if (out !== y) free(backend, y);
  // For its gradient the CPU's op saves the biased variance; the GPU's saves what cuDNN wants.
  if (!backend.isUsingGpuDevice) {
    free(backend, unbiased);
    return [out, mean, saved];
  }
  free(backend, saved);
  const count = image.shape.slice(0, -1).reduce((n, dim) => n * dim, 1);
  const share = tf.scalar((count - 1) / Math.max(1, count));
  const [variance] = execute(backend, 'Mul', [unbiased, share]) as [Info];
  share.dispose();
  free(backend, unbiased);
  return [out, mean, variance];
}

/** inputs dy, x, scale, mean, variance; outputs dx, dscale, doffset. attrs: epsilon. */
export function batchNormGrad({ backend, inputs, attrs }: KernelCall): Info[] {
  const { dy, x, scale, mean, variance } = inputs as Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', Info>;
  const [image, slope] = [asImage(backend, x), asImage(backend, dy)];
  const spread = backend.isUsingGpuDevice ? inverse(backend, variance, attrs['epsilon'] as number) : variance;
  const empty = tf.tensor1d([], 'float32');
  const given = [slope, image, scale, mean, spread, empty];
  const [flat, dscale, doffset, ...rest] = execute(
    backend,
    'FusedBatchNormGradV3',
    given,
    fused(attrs),
    5,
  ) as [Info, Info, Info, Info, Info];
  empty.dispose();
  free(backend, ...rest, ...(image === x ? [] : [image, slope]), ...(spread === variance ? [] : [spread]));
  const dx = reshaped(backend, flat, x.shape);
  if (dx !== flat) free(backend, flat);
  return [dx, dscale, doffset];
}

const fused = (attrs: Readonly<Record<string, unknown>>) => ({
  epsilon: attrs['epsilon'] as number,
  data_format: 'NHWC',
  is_training: true,
});

/** The fused ops take images; what has other axes before the channels is one image of one row. */
const asImage = (backend: TensorFlowBackend, x: Info): Info =>
  x.shape.length === 4
    ? x
    : reshaped(backend, x, [1, 1, x.shape.slice(0, -1).reduce((n, dim) => n * dim, 1), x.shape.at(-1)!]);

function reshaped(backend: TensorFlowBackend, x: Info, shape: readonly number[]): Info {
  return x.shape.join() === shape.join() ? x : reshape(backend, x, shape);
}

/** 1/√(variance + ε). */
function inverse(backend: TensorFlowBackend, variance: Info, epsilon: number): Info {
  const small = tf.scalar(epsilon);
  const [sum] = execute(backend, 'AddV2', [variance, small]) as [Info];
  const [out] = execute(backend, 'Rsqrt', [sum]) as [Info];
  small.dispose();
  free(backend, sum);
  return out;
}
