// Which cells of a detector answer for which object: task-aligned assignment, Feng et al. 2021 (TOOD, arXiv 2108.07755), section 3.2.
import { tf } from '../../native/tf';
import { ciou } from './ciou';
import { offTape } from './off-tape';

/** YOLOv8's exponents and number of cells an object. */
const [alpha, beta, most] = [0.5, 6, 10];
const epsilon = 1e-9;

/** Boxes are x₁, y₁, x₂, y₂ in pixels. */
export interface Assigned {
  /** batch × cells × 4; zeros where a cell answers for nothing. */
  readonly boxes: tf.Tensor3D;
  /** batch × cells × classes: how well the cell fits its object, the best cell of an object having its best overlap. */
  readonly scores: tf.Tensor3D;
}

export interface Objects {
  /** batch × objects × 4, filled up with zeros. */
  readonly boxes: tf.Tensor3D;
  /** batch × objects × classes: one row a class, all zeros for filling. */
  readonly classes: tf.Tensor3D;
}

/**
 * Of the cells inside an object, the `most` with the highest t = sᵅ·uᵝ answer for it, s being the score of its class and u
 * the overlap; a cell that several objects want is that of the largest overlap. Nothing here has a slope.
 * @param scores batch × cells × classes, 0 … 1. @param boxes batch × cells × 4. @param centres cells × 2.
 */
export function assign(
  scores: tf.Tensor3D,
  boxes: tf.Tensor3D,
  centres: tf.Tensor2D,
  objects: Objects,
): Assigned {
  const [targetBoxes, targetScores] = offTape(() => {
    const there = tf.sum(objects.classes, 2, true);
    const inside = tf.mul(isInside(objects.boxes, centres), there);
    const overlap = tf.mul(overlaps(objects.boxes, boxes), inside);
    const chance = tf.matMul(objects.classes, scores, false, true);
    const fit = tf.mul(tf.pow(tf.mul(chance, inside), alpha), tf.pow(overlap, beta));
    const chosen = resolved(best(fit), overlap);
    const [bestFit, bestOverlap] = [fit, overlap].map((of) => tf.max(tf.mul(of, chosen), 2, true));
    const share = tf.div(tf.mul(tf.mul(fit, chosen), bestOverlap!), tf.add(bestFit!, epsilon));
    return [
      tf.matMul(chosen, objects.boxes, true, false),
      // At most one object a cell is left, so its class and its share meet in one product.
      tf.matMul(share, objects.classes, true, false),
    ];
  });
  return { boxes: targetBoxes as tf.Tensor3D, scores: targetScores as tf.Tensor3D };
}

/** batch × objects × cells, 1 where a cell's centre lies in a box. */
function isInside(boxes: tf.Tensor3D, centres: tf.Tensor2D): tf.Tensor {
  const [start, end] = tf.split(tf.expandDims(boxes, 2), 2, -1) as [tf.Tensor, tf.Tensor];
  const gaps = tf.minimum(tf.min(tf.sub(centres, start), -1), tf.min(tf.sub(end, centres), -1));
  return tf.cast(tf.greater(gaps, epsilon), 'float32');
}

/** batch × objects × cells. */
const overlaps = (objects: tf.Tensor3D, boxes: tf.Tensor3D): tf.Tensor =>
  tf.relu(tf.squeeze(ciou(tf.expandDims(objects, 2), tf.expandDims(boxes, 1)), [-1]));

/** 1 for the highest of each row; equals of the last of them come along. */
function best(fit: tf.Tensor): tf.Tensor {
  const count = Math.min(most, fit.shape.at(-1)!);
  const { values } = tf.topk(fit, count);
  const least = tf.slice(values, [0, 0, count - 1], [-1, -1, 1]);
  return tf.cast(tf.logicalAnd(tf.greaterEqual(fit, least), tf.greater(fit, 0)), 'float32');
}

/** One object a cell at most: that of the largest overlap. */
function resolved(chosen: tf.Tensor, overlap: tf.Tensor): tf.Tensor {
  if (overlap.shape[1] === 1) return chosen;
  const wanted = tf.greater(tf.sum(chosen, 1, true), 1);
  const largest = tf.oneHot(tf.argMax(overlap, 1), overlap.shape[1]!);
  return tf.where(wanted, tf.cast(tf.transpose(largest, [0, 2, 1]), 'float32'), chosen);
}
