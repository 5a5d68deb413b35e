// How well two boxes agree: overlap, distance of centres and shape in one number. Zheng et al. 2020 (arXiv 1911.08287).
import { tf } from '../../native/tf';
import { offTape } from './off-tape';

const epsilon = 1e-7;

/**
 * Complete IoU, at most 1: IoU − ρ²/c² − α·v, α being no part of the slope (equations 8 to 12).
 * @param a @param b boxes as x₁, y₁, x₂, y₂ along the last axis; other axes broadcast. The last axis of the answer is 1.
 */
export function ciou(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [ax1, ay1, ax2, ay2] = tf.split(a, 4, -1) as Sides;
  const [bx1, by1, bx2, by2] = tf.split(b, 4, -1) as Sides;
  const [aw, ah] = [tf.sub(ax2, ax1), tf.add(tf.sub(ay2, ay1), epsilon)];
  const [bw, bh] = [tf.sub(bx2, bx1), tf.add(tf.sub(by2, by1), epsilon)];
  const width = tf.relu(tf.sub(tf.minimum(ax2, bx2), tf.maximum(ax1, bx1)));
  const height = tf.relu(tf.sub(tf.minimum(ay2, by2), tf.maximum(ay1, by1)));
  const shared = tf.mul(width, height);
  const union = tf.add(tf.sub(tf.add(tf.mul(aw, ah), tf.mul(bw, bh)), shared), epsilon);
  const iou = tf.div(shared, union);
  // The diagonal of the smallest box around both, squared.
  const [cw, ch] = [
    tf.sub(tf.maximum(ax2, bx2), tf.minimum(ax1, bx1)),
    tf.sub(tf.maximum(ay2, by2), tf.minimum(ay1, by1)),
  ];
  const diagonal = tf.add(tf.add(tf.square(cw), tf.square(ch)), epsilon);
  const between = (first: tf.Tensor, second: tf.Tensor, third: tf.Tensor, fourth: tf.Tensor) =>
    tf.square(tf.sub(tf.add(first, second), tf.add(third, fourth)));
  const distance = tf.div(tf.add(between(ax1, ax2, bx1, bx2), between(ay1, ay2, by1, by2)), 4);
  const angle = tf.sub(tf.atan(tf.div(bw, bh)), tf.atan(tf.div(aw, ah)));
  const v = tf.mul(tf.square(angle), 4 / Math.PI ** 2);
  const [alpha] = offTape(() => [tf.div(v, tf.add(tf.sub(v, iou), 1 + epsilon))]);
  return tf.sub(iou, tf.add(tf.div(distance, diagonal), tf.mul(v, alpha!)));
}

type Sides = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
