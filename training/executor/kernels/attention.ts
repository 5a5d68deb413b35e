// Scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762), alone and as PyTorch's multi-head layer.
import { elements } from '../../../core/graph/shape';
import { attend } from '../../../native/kernels/attention';
import { matrixProduct } from '../../../native/kernels/matrix-product';
import { tf } from '../../../native/tf';
import { isSet, type Kernel, type KernelCall, number } from '../kernel';

/** Inputs: … × heads × length × width; a mask of truths keeps where it is true, one of numbers is added to the scores. */
export const attention: Kernel = {
  op: 'attention',
  axes: 'graph',
  run(call) {
    const [q, k, v, mask] = call.inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
    const groups = number(call, 'groups', 1);
    return attend(q, spread(k, groups), spread(v, groups), options(call, q, mask));
  },
};

const options = (call: KernelCall, q: tf.Tensor, mask: tf.Tensor | undefined) => ({
  scale: number(call, 'scale', 1 / Math.sqrt(q.shape.at(-1)!)),
  causal: isSet(call, 'causal'),
  mask,
  dropout: call.training ? number(call, 'dropout') : 0,
  seed: call.seed,
});

/** Each head of keys and values serves `groups` heads of queries: h0 h0 h1 h1 … */
function spread(x: tf.Tensor, groups: number): tf.Tensor {
  if (groups === 1) return x;
  const axis = x.rank - 3;
  const [before, rest] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const rows = x.reshape([elements(before), x.shape[axis]!, 1, elements(rest)]);
  return tf.mul(rows, tf.ones([1, 1, groups, 1])).reshape([...before, x.shape[axis]! * groups, ...rest]);
}

/** Projects, attends head by head, and puts the heads side by side. The projection of the output is a linear of its own. */
export const multiheadAttention: Kernel = {
  op: 'multiheadAttention',
  axes: 'graph',
  run(call) {
    const [query, , , mask] = call.inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor | undefined];
    const [embed, heads] = [number(call, 'embed'), number(call, 'heads')];
    const width = embed / heads;
    const batchFirst = isSet(call, 'batchFirst');
    const projected = projections(call, embed).map((x) => batched(x, batchFirst));
    const [k, v] = withExtra(call, projected[1]!, projected[2]!);
    const split = (x: tf.Tensor) =>
      x.reshape([x.shape[0], x.shape[1]!, heads, width]).transpose([0, 2, 1, 3]);
    const q = split(projected[0]!);
    const y = attend(q, split(k), split(v), options(call, q, mask && headMask(mask, q.shape)));
    const joined = y.transpose([0, 2, 1, 3]).reshape([q.shape[0], q.shape[2]!, embed]);
    if (query.rank === 2) return joined.reshape(query.shape);
    return batchFirst ? joined : joined.transpose([1, 0, 2]);
  },
};

/** Batch × length × features, whatever the layer's own way. */
const batched = (x: tf.Tensor, batchFirst: boolean): tf.Tensor =>
  x.rank === 2 ? x.expandDims(0) : batchFirst ? x : x.transpose([1, 0, 2]);

/** length × keys, batch·heads × length × keys, or whatever broadcasts already. */
function headMask(mask: tf.Tensor, [batch, heads]: readonly number[]): tf.Tensor {
  if (mask.rank !== 3) return mask;
  const [first, length, keys] = mask.shape as [number, number, number];
  return first === batch! * heads!
    ? mask.reshape([batch!, heads!, length, keys])
    : mask.reshape([first, 1, length, keys]);
}

function projections(call: KernelCall, embed: number): tf.Tensor[] {
  const packed = call.param('in_proj_weight');
  const weights = packed
    ? tf.split(packed, 3, 0)
    : ['q', 'k', 'v'].map((name) => call.param(`${name}_proj_weight`)!);
  const bias = call.param('in_proj_bias');
  const biases = bias ? tf.split(bias, 3, 0) : [];
  return call.inputs.slice(0, 3).map((x, i) => {
    const y = matrixProduct(x, weights[i]!, { transposeB: true }).reshape([...x.shape.slice(0, -1), embed]);
    return biases[i] ? tf.add(y, biases[i]) : y;
  });
}

/** A learned key and value more for every sample. */
function withExtra(call: KernelCall, k: tf.Tensor, v: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [extraK, extraV] = [call.param('bias_k'), call.param('bias_v')];
  if (!extraK || !extraV) return [k, v];
  const longer = (x: tf.Tensor, extra: tf.Tensor) =>
    tf.concat([x, tf.mul(extra, tf.ones([x.shape[0], 1, 1]))], 1);
  return [longer(k, extraK), longer(v, extraV)];
}
