// Masks on a device: in the form that it multiplies by, or selects by, most quickly.
import { tf } from '../tf';

/** A byte a weight and one op where selecting is as quick as multiplying; on WASM it takes many times as long. */
const selects = (): boolean => tf.getBackend() === 'tensorflow';

/** @param keep 1 to keep and 0 to prune. The caller keeps it. */
export const maskOf = (keep: tf.Tensor): tf.Tensor => (selects() ? tf.cast(keep, 'bool') : tf.clone(keep));

/** @param mask of {@link maskOf}. What is masked becomes zero. */
export const masked = (x: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  mask.dtype === 'bool' ? tf.where(mask, x, tf.scalar(0)) : tf.mul(x, mask);
