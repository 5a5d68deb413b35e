// Fake quantisation: float tensors that hold only what whole numbers times a scale can hold, with a straight-through gradient.
import { type Bits, largestInt, leastScale } from '../../core/quantisation/grid';
import { tf } from '../../native/tf';

/**
 * s · clip(round(x / s), −Q, Q). The gradient is 1 inside the range and 0 outside (Bengio et al. 2013, arXiv 1308.3432).
 * @param scale of one element.
 */
export function fakeQuant(x: tf.Tensor, scale: tf.Tensor, bits: Bits): tf.Tensor {
  const most = largestInt(bits);
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const ratio = tf.div(input, scale);
    save([tf.lessEqual(tf.abs(ratio), most)]);
    const value = tf.mul(tf.clipByValue(tf.round(ratio), -most, most), scale);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [inside]: tf.Tensor[]) => tf.mul(dy, tf.cast(inside!, 'float32')),
    };
  });
  return op(x);
}

/**
 * A weight with one scale an output, s = max|w| / Q, of the weights as they are: nothing lies outside, so the gradient is 1.
 * @param weight in the kernels' layout, outputs last.
 */
export function fakeQuantWeight(weight: tf.Tensor, bits: Bits): tf.Tensor {
  const most = largestInt(bits);
  const op = tf.customGrad((...args) => {
    const input = args[0] as tf.Tensor;
    const axes = input.shape.map((_, axis) => axis).slice(0, -1);
    const scale = tf.maximum(tf.div(tf.max(tf.abs(input), axes, true), most), leastScale);
    return { value: tf.mul(tf.round(tf.div(input, scale)), scale), gradFunc: (dy: tf.Tensor) => dy };
  });
  return op(weight);
}
