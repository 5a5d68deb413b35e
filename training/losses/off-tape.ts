// Computes what a loss takes as given: targets that depend on the model's own answers, weights that are no part of the slope.
import { tf } from '../../native/tf';

/** What `work` computes, without a way back: gradients stop here. */
export function offTape(work: () => readonly tf.Tensor[]): tf.Tensor[] {
  let kept: readonly tf.Tensor[] = [];
  // Inside an op with a gradient of its own, tf records nothing.
  const op = tf.customGrad((...args) => {
    const value = (args[0] as tf.Tensor).clone();
    kept = work().map((tensor) => tf.keep(tensor.clone()));
    return { value, gradFunc: (dy: tf.Tensor) => dy };
  });
  op(tf.scalar(0)).dispose();
  const out = kept.map((tensor) => tensor.clone());
  tf.dispose([...kept]);
  return out;
}
