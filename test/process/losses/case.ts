// One loss and what PyTorch makes of the same numbers.
import type { TensorData } from '../../../core/graph/tensor';
import type { tf } from '../../../native/tf';

export interface Case {
  readonly name: string;
  readonly inputs: readonly TensorData[];
  /** How many of the inputs have a gradient. */
  readonly learnt: number;
  /** Python over `inputs`. */
  readonly torch: string;
  readonly loss: (tensors: tf.Tensor[]) => tf.Scalar;
}
