// The selective scan of state space models (Mamba: Gu & Dao 2023, arXiv 2312.00752, algorithm 2).
import { selectiveScan as scan } from '../../../native/kernels/selective-scan';
import { tf } from '../../../native/tf';
import type { Kernel } from '../kernel';

/** @param inputs u and Δ [B, D, L], A [D, S], B and C [B, S, L]. @returns y [B, D, L]. */
export function scanned([u, delta, a, b, c]: readonly tf.Tensor[]): tf.Tensor {
  const timeFirst = (x: tf.Tensor) => tf.transpose(x, [2, 0, 1]);
  // One group of channels.
  const states = (x: tf.Tensor) => timeFirst(x).expandDims(2);
  const y = scan({ u: timeFirst(u!), delta: timeFirst(delta!), a: a!, b: states(b!), c: states(c!) });
  return tf.transpose(y, [1, 2, 0]);
}

export const selectiveScan: Kernel = {
  op: 'selectiveScan',
  axes: 'graph',
  run: ({ inputs }) => scanned(inputs),
};
