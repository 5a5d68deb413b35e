// The model in training, as far as methods may touch it.
import type { GroupId } from '../../core/graph/coupling/group';
import type { ModelGraph, ParamName, ValueId } from '../../core/graph/model-graph';
import type { TensorData, Weights } from '../../core/graph/tensor';
import type { Metrics } from '../../core/runs/run-record';
import type { Dial, Kept } from '../../core/sparsity/allocators/channels/dial';
import type { Mask } from '../../core/sparsity/mask';
import type { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Answer, Executor } from '../executor/executor';
import type { Hooks } from '../executor/hooks';
import type { Task } from '../trainer/task';

export interface Trainee {
  /** As it is now: smaller after {@link Trainee.shrink}. */
  readonly graph: ModelGraph;
  /** Runs the graph with the weights as they are now. Another one after {@link Trainee.shrink}. */
  readonly executor: Executor;
  readonly task: Task;

  /** The learning rate of any step of the run. */
  rate(step: number): number;
  /** A parameter's values now, in the framework's layout. */
  read(name: ParamName): Promise<TensorData>;
  /** Gives a parameter other values, in the framework's layout; masks stay in force. */
  write(name: ParamName, values: TensorData): void;
  /** Prunes weights, and holds them at zero from now on. @param mask rows × cols of the weight matrix. */
  setMask(name: ParamName, mask: Mask): void;
  /** For density and views: layers compute with weights masked like this, which are not held at zero. */
  showMask(name: ParamName, mask: Mask): void;
  /** One line that people should know though the run goes on. */
  tell(notice: string): Promise<void>;
  /** What layers compute with in place of weights and inputs from now on; until it is set again, or the model shrinks. */
  setHooks(hooks: Hooks | undefined): void;
  /**
   * A variable of the method: made at the first call, saved with checkpoints, never handed on with the weights.
   * @param name of no parameter. @param trainable whether the optimizer changes it.
   */
  variable(name: ParamName, make: () => tf.Tensor, trainable?: boolean): tf.Variable;

  /** Test metrics of the model as it is now; the run's metrics have them too. */
  judge(): Promise<Metrics>;
  /** Pruning begins: the model as it is now becomes what the sparse one is compared with, as kept weights named `dense`. */
  keepDense(): Promise<void>;
  /** Keeps the weights as they are now under a name, in the run's folder. */
  keep(name: string): Promise<void>;
  /** Weights that were kept. Rejects with one line where there are none of this name. */
  kept(name: string): Promise<Weights>;
  /** Goes back to such weights; optimizer state begins anew, masks stay. The graph must still be the one they are of. */
  load(weights: Weights): void;
  /**
   * Goes on with the smaller model that keeps these channels of each group; optimizer state begins anew, hooks and
   * variables are gone.
   */
  shrink(kept: ReadonlyMap<GroupId, Uint32Array>): Promise<void>;

  /**
   * The channels that the recipe's budget leaves: the dial of the dense graph is turned until it is met, by counting, or by
   * timing on the run's device. What came of it is in the run's record; from then on that many MACs are what is met, so
   * that a run that resumes before its cut, or asks again, needs no clock. Rejects with one line where nothing meets it.
   */
  meet(dial: Dial): Promise<Kept>;

  /** A frozen copy of the dense model, or of this graph, with other weights. Disposed with the run. */
  teacher(weights: Weights, graph?: ModelGraph): Teacher;
  /**
   * Batches of the training split in the order of the run's steps, without augmentation: for statistics and saliencies.
   * @param first the step from whose batch on; 0 where it is left out.
   */
  batches(count: number, first?: number): Promise<readonly HostBatch[]>;
  /**
   * Gradients of the task's loss as in training, mean over the batches, of the variables that the model trains;
   * BatchNorm's running statistics stay. In the kernels' layout; the caller disposes.
   */
  gradients(batches: readonly HostBatch[]): Map<ParamName, tf.Tensor>;
  /** Measures BatchNorm's running statistics anew over the batches, as their plain mean; weights stay. */
  recalibrate(batches: readonly HostBatch[]): void;
}

/** A model that answers and never learns. */
export interface Teacher {
  /** At inference, off the tape; the caller disposes. */
  answer(inputs: readonly tf.Tensor[], taps?: ReadonlySet<ValueId>): Answer;
}
