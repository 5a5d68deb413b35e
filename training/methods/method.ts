// What a training method is: a published system, as the trainer sees it. One folder each, listed in table.ts.
import type { ModelGraph, ParamName, ValueId } from '../../core/graph/model-graph';
import type { Recipe, TrainingSpec } from '../../core/recipe/recipe';
import type { MethodFacts } from '../../core/runs/run-record';
import type { Kept } from '../../core/sparsity/allocators/channels/dial';
import type { tf } from '../../native/tf';
import type { Dataset, Targets } from '../data/dataset';
import type { Tapped } from '../executor/hooks';
import type { Parameters } from '../executor/parameters';
import type { Optimizer } from '../optimizers/optimizer';
import type { TaskLoss } from '../trainer/task';
import type { Trainee } from './trainee';

export type { Trainee };

export interface Method {
  /** As recipes name it; its spec in `core/recipe/methods/` has the same. */
  readonly id: string;
  /** Looks at everything before anything is trained. Throws one line when the goal cannot be reached. */
  prepare(plan: Plan): MethodRun;
}

export interface Plan {
  /** The dense graph. */
  readonly graph: ModelGraph;
  readonly recipe: Recipe;
  readonly totalSteps: number;
  readonly data: Dataset;
}

/**
 * One run of a method. What must outlive a stop lies in the trainee (masks, variables, kept weights), which checkpoints
 * save, so a resumed run is the same run. Everything but the first three is for methods that need it.
 */
export interface MethodRun {
  /** In order, the first from step 0. Metrics name them, and test metrics are measured where one begins. */
  readonly stages: readonly Stage[];
  /** The weights that density is told of: those that this method could prune. */
  readonly prunable: readonly ParamName[];
  /** The fewest channels that it would leave, where it cuts some: a budget below is refused before anything is trained. */
  readonly least?: Kept;
  /** It says itself what becomes of weights that come with zeros. */
  readonly tellsZeros?: boolean;
  /** Changes masks, structure or weights before a step. May be called twice for the step that a run resumes at. */
  beforeStep(step: number, trainee: Trainee): Promise<void>;
  /**
   * Before the first step and again when a run is resumed, at any step: makes variables, which then have their saved
   * values, and teachers, and sets hooks.
   */
  enter?(step: number, trainee: Trainee): Promise<void>;
  /** What is minimised in place of the task's loss. */
  loss?(step: number): MethodLoss | undefined;
  /** What a loss term beside the task's adds to gradients: cheaper than taping an L1 norm. */
  penalty?(step: number): GradientEdit | undefined;
  /** Whether a parameter learns at a step; absent: all that the model trains. */
  trains?(name: ParamName, step: number): boolean;
  /** After the last step, before the final metrics: folds what the method computes with into plain weights. */
  finish?(trainee: Trainee): Promise<void>;
  /** What there is to see of the method now. Cheap: asked a few hundred times a run. */
  facts?(trainee: Trainee): Promise<MethodFacts>;
}

export interface Stage {
  readonly name: string;
  readonly begin: number;
  /** What differs from the recipe's training; the optimizer begins anew, and the schedule runs over this stage alone. */
  readonly training?: StageTraining;
}

export interface StageTraining extends Partial<Omit<TrainingSpec, 'epochs' | 'batch' | 'seed'>> {
  /** The method's own optimizer in place of one of the table. */
  readonly make?: (parameters: Parameters, learningRate: number, training: TrainingSpec) => Optimizer;
  /** The learning rate of a step of the stage, in place of the schedule. */
  readonly rate?: (step: number, steps: number) => number;
}

/** Gradients as the optimizer gets them, of those that the loss gave. Call it in a tidy. */
export type GradientEdit = (name: ParamName, gradient: tf.Tensor, value: tf.Variable) => tf.Tensor;

export interface MethodLoss {
  /** Values of the graph that {@link of} looks at beside the outputs. */
  readonly taps?: ReadonlySet<ValueId>;
  /** What does not hang on the weights in training, computed off the tape: a teacher's answers. Disposed after the step. */
  before?(inputs: readonly tf.Tensor[], targets: Targets): Record<string, tf.Tensor>;
  /** On the tape. */
  of(pass: LossPass): MethodLossValue;
}

export interface LossPass {
  readonly outputs: readonly tf.Tensor[];
  readonly tapped: Tapped;
  readonly targets: Targets;
  /** What {@link MethodLoss.before} gave. */
  readonly given: Readonly<Record<string, tf.Tensor>>;
  /** The task's own loss of these outputs. */
  readonly task: () => TaskLoss;
}

export interface MethodLossValue extends TaskLoss {
  /** Terms by name, for the metrics: means since the last point. */
  readonly parts?: Readonly<Record<string, tf.Scalar>>;
}

/** The stage of a step. */
export const stageOf = (stages: readonly Stage[], step: number): Stage | undefined =>
  stages.findLast(({ begin }) => begin <= step) ?? stages[0];

/** The name of a step's stage. */
export const stageAt = (stages: readonly Stage[], step: number): string =>
  stageOf(stages, step)?.name ?? 'train';

/** A share of all steps as a number of steps. */
export const stepsOf = (share: unknown, totalSteps: number): number => Math.round(Number(share) * totalSteps);
