// What an optimizer is here: it changes variables by their gradients and can say and restore its whole state.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import type { tf } from '../../native/tf';

export interface Optimizer {
  learningRate: number;
  /**
   * One step. Gradients stay the caller's. A weight that is zero, whose gradients are and for which nothing is gathered, stays
   * exactly zero: so pruned weights are held.
   */
  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void;
  /** Forgets what was gathered for the weights of a parameter where `keep` is 0, in the kernels' layout. */
  forget(name: ParamName, keep: tf.Tensor): void;
  /** Everything that a resumed run needs to go on exactly as it would have; in the kernels' layout. */
  state(): Promise<Map<string, TensorData>>;
  restore(state: ReadonlyMap<string, TensorData>): void;
  dispose(): void;
}

/** Weight decay and which parameters it is for. */
export interface Decay {
  /** Share of a weight: per step for {@link Optimizer}s that add it to the gradient, times the rate for decoupled ones. */
  readonly weightDecay?: number;
  /** Biases and the scales of norms (all parameters of one axis) decay too, as PyTorch's own groups have it. Default: no. */
  readonly decayAll?: boolean;
}

/** How much a parameter decays. Vectors do not, unless asked: decaying them regularises nothing (He et al. 2019, arXiv 1812.01187, 3.1). */
export const decayOf = ({ weightDecay = 0, decayAll = false }: Decay, shape: readonly number[]): number =>
  decayAll || shape.length > 1 ? weightDecay : 0;
