// Scaled dot-product attention: softmax(q·kᵀ·scale + mask)·v.
import { tf } from '../tf';
import { matrixProduct } from './matrix-product';
import { softmax } from './softmax';

export interface AttendOptions {
  /** Of the scores; 1/√width as a rule. */
  readonly scale: number;
  /** Position i sees keys 0 … i. */
  readonly causal: boolean;
  /** Truths: where a query may look. Numbers: added to the scores. Broadcasts to … × length × keys. */
  readonly mask: tf.Tensor | undefined;
  /** Of the attention weights. */
  readonly dropout: number;
  readonly seed: number;
}

/** Far below any score, yet finite: rows that may look nowhere stay numbers. */
const hidden = -1e30;

/** @param q … × length × width. @param k … × keys × width. @param v … × keys × width of the result. */
export function attend(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, options: AttendOptions): tf.Tensor {
  const { scale, causal, mask, dropout, seed } = options;
  let scores = matrixProduct(tf.mul(q, scale), k, { transposeB: true });
  if (causal) scores = tf.add(scores, triangle(q.shape.at(-2)!, k.shape.at(-2)!));
  if (mask) scores = tf.add(scores, additive(mask));
  const weights = softmax(scores, scores.rank - 1);
  return matrixProduct(dropout > 0 ? tf.dropout(weights, dropout, undefined, seed) : weights, v);
}

const additive = (mask: tf.Tensor): tf.Tensor =>
  mask.dtype === 'bool' ? tf.mul(tf.logicalNot(mask).toFloat(), hidden) : mask.toFloat();

function triangle(length: number, keys: number): tf.Tensor2D {
  const data = new Float32Array(length * keys);
  for (let row = 0; row < length; row++) data.fill(hidden, row * keys + row + 1, (row + 1) * keys);
  return tf.tensor2d(data, [length, keys]);
}
