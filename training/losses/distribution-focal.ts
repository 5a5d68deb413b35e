// Distribution focal loss: a distance is learnt as a distribution over whole numbers. Li et al. 2020 (arXiv 2006.04388), equation 6.
import { logSoftmax } from '../../native/kernels/softmax';
import { tf } from '../../native/tf';

/**
 * Cross-entropy with the two whole numbers around each distance, weighted by how near they are.
 * @param logits … × bins. @param distances of the shape before, 0 … bins − 1; outside is taken as the nearest inside.
 * @returns of the shape of distances.
 */
export function distributionFocal(logits: tf.Tensor, distances: tf.Tensor): tf.Tensor {
  const bins = logits.shape.at(-1)!;
  // Just below the last bin, so that there is always one above.
  const inside = tf.clipByValue(distances, 0, bins - 1 - 0.01);
  // A hat of width 2 around each bin is 1 − the way to it: the weights of the two neighbours, and 0 elsewhere.
  const way = tf.abs(tf.sub(tf.expandDims(inside, -1), tf.range(0, bins, 1, 'float32')));
  const target = tf.relu(tf.sub(1, way));
  return tf.neg(tf.sum(tf.mul(target, logSoftmax(logits, logits.rank - 1)), -1));
}
