// What a student learns from a teacher: its logits, its features, or where in space its channels look.
import { logSoftmax, softmax } from '../../native/kernels/softmax';
import { tf } from '../../native/tf';

/**
 * T² · KL(softmax(teacher / T) ‖ softmax(student / T)), mean over all but the last axis. T² keeps the slope's size whatever
 * the temperature. Hinton et al. 2015 (arXiv 1503.02531), section 2.
 * @param student … × classes. @param teacher of the same shape, taken as given. @param temperature above 0.
 */
export function distilLogits(student: tf.Tensor, teacher: tf.Tensor, temperature: number): tf.Scalar {
  const rows = student.size / student.shape.at(-1)!;
  return tf.mul(divergence(student, teacher, temperature, student.rank - 1), temperature ** 2 / rows);
}

/** Mean squared difference of features of one shape. Romero et al. 2015 (arXiv 1412.6550), equation 2, without the half. */
export const distilFeatures = (student: tf.Tensor, teacher: tf.Tensor): tf.Scalar =>
  tf.mean(tf.squaredDifference(student, teacher));

/**
 * Channel-wise distillation: each channel is a distribution over positions, so that what counts is where it is active.
 * T² / (batch · channels) · Σ KL. Shu et al. 2021 (arXiv 2011.13256), equations 3 and 4.
 * @param student batch × … × channels, of the teacher's shape. @param temperature above 0.
 */
export function distilChannels(student: tf.Tensor, teacher: tf.Tensor, temperature: number): tf.Scalar {
  const [batch, channels] = [student.shape[0], student.shape.at(-1)!];
  const flat = (x: tf.Tensor) => tf.reshape(x, [batch, -1, channels]);
  const sum = divergence(flat(student), flat(teacher), temperature, 1);
  return tf.mul(sum, temperature ** 2 / (batch * channels));
}

/** Σ p_T · (log p_T − log p_S) over everything, the softmax being over one axis. */
function divergence(student: tf.Tensor, teacher: tf.Tensor, temperature: number, axis: number): tf.Scalar {
  const [warm, given] = [tf.div(student, temperature), tf.div(teacher, temperature)];
  const gap = tf.sub(logSoftmax(given, axis), logSoftmax(warm, axis));
  return tf.sum(tf.mul(softmax(given, axis), gap));
}
