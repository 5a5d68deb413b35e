// Batch and layer normalisation.
import { batchNormTrain } from '../../../native/kernels/fused';
import { tf } from '../../../native/tf';
import { toGraphOrder, toNhwc } from '../borders';
import { first, type Kernel, type KernelCall } from '../kernel';

export const batchNorm2d: Kernel = {
  op: 'batchNorm2d',
  run(call) {
    const x = first(call);
    const epsilon = Number(call.node.attrs['eps'] ?? 1e-5);
    const mean = call.param('running_mean')!;
    const variance = call.param('running_var')!;
    const scale = (call.param('weight') as tf.Tensor | undefined) ?? tf.onesLike(mean);
    const offset = (call.param('bias') as tf.Tensor | undefined) ?? tf.zerosLike(mean);
    if (!call.training) return tf.batchNorm(x, mean, variance, offset, scale, epsilon);
    return batchNormTrain(x, scale as tf.Tensor1D, offset as tf.Tensor1D, epsilon, (moments) => {
      const count = x.size / mean.size;
      track(call, mean, moments.mean);
      // Running variance is the unbiased one, as in PyTorch; normalising uses the biased one.
      track(call, variance, tf.mul(moments.variance, count / Math.max(1, count - 1)));
    });
  },
};

/** running ← (1 − momentum) · running + momentum · batch. */
function track({ node }: KernelCall, running: tf.Variable, batch: tf.Tensor): void {
  const momentum = Number(node.attrs['momentum'] ?? 0.1);
  tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))));
}

/** Its last dimensions are those of the graph's own order. */
export const layerNorm: Kernel = {
  op: 'layerNorm',
  run(call) {
    const x = toGraphOrder(first(call), call.layout);
    const last = (call.node.attrs['shape'] as readonly number[]).length;
    const axes = Array.from({ length: last }, (_, i) => x.rank - last + i);
    const { mean, variance } = tf.moments(x, axes, true);
    const epsilon = Number(call.node.attrs['eps'] ?? 1e-5);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    const [scale, offset] = [call.param('weight'), call.param('bias')];
    return toNhwc(scale && offset ? tf.add(tf.mul(normal, scale), offset) : normal, call.layout);
  },
};
