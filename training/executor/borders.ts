// Transposes at true borders: where an op counts elements in the graph's own order.
import type { Layout } from '../../core/graph/model-graph';
import type { tf } from '../../native/tf';

/** A rank-4 tensor in the graph's own axis order. Nothing moves where height and width are 1. */
export function toGraphOrder(x: tf.Tensor, layout: Layout): tf.Tensor {
  if (layout !== 'NCHW' || x.rank !== 4) return x;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return h === 1 && w === 1 ? x.reshape([n, c, 1, 1]) : x.transpose([0, 3, 1, 2]);
}

/** The way back: a rank-4 tensor in the graph's order becomes NHWC. */
export function toNhwc(x: tf.Tensor, layout: Layout): tf.Tensor {
  if (layout !== 'NCHW' || x.rank !== 4) return x;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return h === 1 && w === 1 ? x.reshape([n, 1, 1, c]) : x.transpose([0, 2, 3, 1]);
}
