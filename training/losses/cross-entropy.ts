// Cross-entropy with label smoothing (Szegedy et al. 2016, arXiv 1512.00567, section 7) and labels that do not count.
import { softmax } from '../../native/kernels/softmax';
import { tf } from '../../native/tf';

export interface CrossEntropyOptions {
  /** Share of the target that is spread over all classes, 0 … 1. */
  readonly smoothing?: number;
  /** A label whose positions are no part of the mean. Negative ones, as PyTorch's −100, never are. */
  readonly ignore?: number;
}

/**
 * Mean over the positions that count, in nats; 0 when none does.
 * @param logits of shape … × classes. @param labels int32 of the shape before, one class index each.
 */
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { smoothing = 0, ignore = -1 }: CrossEntropyOptions = {},
): tf.Scalar {
  const classes = logits.shape.at(-1)!;
  const op = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const flat = tf.reshape(labels, [-1]);
    const counts = tf.logicalAnd(tf.notEqual(flat, ignore), tf.greaterEqual(flat, 0));
    const weights = normal(tf.cast(counts, 'float32'));
    // Not every device looks whether an index is one: those that do not count stand at 0.
    const known = tf.mul(tf.cast(flat, 'int32'), tf.cast(counts, 'int32'));
    const hard = tf.cast(tf.oneHot(known, classes), 'float32');
    const target = smoothing === 0 ? hard : tf.add(tf.mul(hard, 1 - smoothing), smoothing / classes);
    const largest = tf.max(x, 1, true);
    const logSum = tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, largest)), 1, true)), largest);
    // The target's entries add up to 1, so −Σ q·log p = log Σ exp − Σ q·x.
    const each = tf.sub(logSum, tf.sum(tf.mul(target, x), 1, true));
    save([x, target, weights]);
    return {
      value: tf.sum(tf.mul(each, weights)),
      gradFunc: (dy: tf.Tensor, [input, q, w]: tf.Tensor[]) =>
        tf.mul(tf.sub(softmax(input!, 1), q!), tf.mul(w!, dy)),
    };
  });
  return op(tf.reshape(logits, [-1, classes])) as tf.Scalar;
}

/** As a column whose sum is 1. */
const normal = (counts: tf.Tensor): tf.Tensor =>
  tf.expandDims(tf.div(counts, tf.maximum(tf.sum(counts), 1)), 1);
