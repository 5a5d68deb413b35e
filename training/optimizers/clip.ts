// Keeps gradients within bounds, as torch.nn.utils.clip_grad_norm_ and clip_grad_value_ do.
import type { ParamName } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';

export type Gradients = ReadonlyMap<ParamName, tf.Tensor>;

/** Scales all gradients together so that their norm over all parameters is at most `max`. Call it in a tidy. */
export function clipNorm(gradients: Gradients, max: number): Map<ParamName, tf.Tensor> {
  const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
  if (squares.length === 0) return new Map();
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(tf.div(max, tf.add(norm, 1e-6)), 1);
  return mapped(gradients, (gradient) => tf.mul(gradient, scale));
}

/** Cuts every entry to −max … max. Call it in a tidy. */
export const clipValue = (gradients: Gradients, max: number): Map<ParamName, tf.Tensor> =>
  mapped(gradients, (gradient) => tf.clipByValue(gradient, -max, max));

const mapped = (
  gradients: Gradients,
  change: (gradient: tf.Tensor) => tf.Tensor,
): Map<ParamName, tf.Tensor> => new Map([...gradients].map(([name, gradient]) => [name, change(gradient)]));
