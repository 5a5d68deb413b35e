// What a task is: what a model's answers are worth on some kind of targets. One file each in training/tasks/.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { TrainingSpec } from '../../core/recipe/recipe';
import type { Metrics } from '../../core/runs/run-record';
import type { tf } from '../../native/tf';
import type { Dataset, Targets, TargetSpec } from '../data/dataset';
import type { Executor } from '../executor/executor';

export interface TaskKind {
  readonly kind: TargetSpec['kind'];
  /** The task of a model on such data. Throws one line when the model cannot be trained on it. */
  of(graph: ModelGraph, data: Dataset, training: Pick<TrainingSpec, 'labelSmoothing'>): Task;
}

export interface Task {
  /** The part of a model that is trained and tested, where its last steps are not: a detector's before it decodes boxes. */
  view?(graph: ModelGraph): ModelGraph;
  /** Of a batch in training, recorded on the tape. @param outputs in the graph's own order of axes. */
  loss(outputs: readonly tf.Tensor[], targets: Targets): TaskLoss;
  /** How many samples, tokens or images the loss of a batch is the mean of. */
  terms(targets: Targets): number;
  /** Metrics over the test split by name; undefined when aborted. */
  evaluate(executor: Executor, data: Dataset, signal?: AbortSignal): Promise<Metrics | undefined>;
}

export interface TaskLoss {
  readonly loss: tf.Scalar;
  /** How many of the terms are answered right, where that can be said. */
  readonly correct?: tf.Scalar;
}
