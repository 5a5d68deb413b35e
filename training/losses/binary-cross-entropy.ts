// Binary cross-entropy of logits, element by element, for targets between 0 and 1.
import { tf } from '../../native/tf';

/** log(1 + eˣ) − x·z in nats, of the shape of both; its slope is σ(x) − z everywhere, also at 0. */
export const binaryCrossEntropy = (logits: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
  tf.sub(tf.softplus(logits), tf.mul(logits, targets));
