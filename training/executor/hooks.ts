// What a method puts between a graph and its kernels: other weights than the stored ones, other inputs. Recorded on the tape.
import type { GraphNode, ParamName, ValueId } from '../../core/graph/model-graph';
import type { tf } from '../../native/tf';

/** In force in training and at inference alike, so that what is judged is what is trained. */
export interface Hooks {
  /**
   * The tensor that layers compute with in place of a parameter: masked, scaled, factored, quantised. Asked once a
   * parameter and forward pass, however many layers share it.
   * @param value in the kernels' layout: inputs × outputs of a linear layer, H × W × in × out of a convolution.
   */
  weight?(name: ParamName, value: tf.Tensor): tf.Tensor;
  /** What a node reads in place of one of its inputs, in the order of axes that its kernel takes. */
  input?(node: GraphNode, index: number, value: tf.Tensor): tf.Tensor;
}

/** Values of a graph that somebody wants to see beside its outputs; with channels last from three dimensions on. */
export type Tapped = ReadonlyMap<ValueId, tf.Tensor>;
