// The loss of detectors without anchors, as YOLOv8 has it: 7.5 · (1 − CIoU) + 0.5 · BCE + 1.5 · DFL over assigned cells.
import { softmax } from '../../native/kernels/softmax';
import { tf } from '../../native/tf';
import { binaryCrossEntropy } from './binary-cross-entropy';
import { ciou } from './ciou';
import { distributionFocal } from './distribution-focal';
import { assign, type Objects } from './task-aligned';

const gains = { box: 7.5, classes: 0.5, distances: 1.5 } as const;

/** The cells of all levels, one after another. */
export interface Cells {
  /** cells × 2, x and y in pixels. */
  readonly centres: tf.Tensor2D;
  /** cells × 1, pixels. */
  readonly strides: tf.Tensor2D;
}

/**
 * Mean over the assigned scores, so that it does not grow with the number of objects; not multiplied by the batch, as YOLOv8
 * does to what it hands its optimizer.
 * @param distances batch × cells × 4 × bins, logits of the way to each side in strides. @param classes batch × cells ×
 * classes, logits.
 */
export function detectionLoss(
  distances: tf.Tensor4D,
  classes: tf.Tensor3D,
  cells: Cells,
  objects: Objects,
): tf.Scalar {
  const boxes = decode(distances, cells);
  const given = assign(tf.sigmoid(classes), boxes, cells.centres, objects);
  const weights = tf.sum(given.scores, 2);
  const whole = tf.maximum(tf.sum(weights), 1);
  const weighed = (each: tf.Tensor) => tf.sum(tf.mul(each, weights));
  const box = weighed(tf.sub(1, tf.squeeze(ciou(boxes, given.boxes), [-1])));
  const focal = weighed(tf.mean(distributionFocal(distances, sides(given.boxes, cells)), -1));
  const right = tf.sum(binaryCrossEntropy(classes, given.scores));
  const sum = tf.addN([tf.mul(box, gains.box), tf.mul(right, gains.classes), tf.mul(focal, gains.distances)]);
  return tf.div(sum, whole);
}

/** Boxes in pixels, batch × cells × 4, from the mean of each side's distribution. */
export function decode(distances: tf.Tensor4D, { centres, strides }: Cells): tf.Tensor3D {
  const bins = distances.shape[3];
  const mean = tf.sum(tf.mul(softmax(distances, 3), tf.range(0, bins, 1, 'float32')), 3);
  const [before, after] = tf.split(tf.mul(mean, strides), 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat<tf.Tensor3D>([tf.sub(centres, before), tf.add(centres, after)], -1);
}

/** From each cell's centre to the sides of its box, in strides. */
function sides(boxes: tf.Tensor3D, { centres, strides }: Cells): tf.Tensor {
  const [start, end] = tf.split(boxes, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.div(tf.concat([tf.sub(centres, start), tf.sub(end, centres)], -1), strides);
}
