// The pull on scales: the subgradient of λ Σ P |γ| and its two kin, added to the gradient before the optimizer.
import { tf } from '../../../native/tf';

export type Regulariser = 'l1' | 'l2' | 'smoothL1';

/**
 * @param lambda of the gradient. @param rate the learning rate: the width within which smoothL1 rounds the corner is
 * rate · λ, what one step moves. @param pulled 1 where the penalty is, as long as γ. Call it in a tidy.
 */
export function pull(
  kind: Regulariser,
  gamma: tf.Tensor,
  pulled: tf.Tensor,
  lambda: number,
  rate: number,
): tf.Tensor {
  const slope = () => {
    switch (kind) {
      case 'l1':
        return tf.sign(gamma);
      case 'l2':
        return gamma;
      case 'smoothL1':
        return tf.where(tf.greaterEqual(tf.abs(gamma), rate * lambda), tf.sign(gamma), gamma);
    }
  };
  return tf.mul(tf.mul(slope(), pulled), lambda);
}
