// What a training method is: a published system, as the trainer sees it. One folder each, listed in table.ts.
import type { GroupId } from '../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import type { Mask } from '../../core/sparsity/mask';
import type { StepOptions } from '../trainer/step';

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
}

/**
 * One run of a method. It keeps nothing between steps: all that lasts is in the trainee, which checkpoints save, so a
 * resumed run is the same run.
 */
export interface MethodRun {
  /** In order, the first from step 0. Metrics name them, and accuracy is measured where one begins. */
  readonly stages: readonly Stage[];
  /** The weights that density is told of: those that this method could prune. */
  readonly prunable: readonly ParamName[];
  /** Changes masks or structure before a step. May be called twice for the step that a run resumes at. */
  beforeStep(step: number, trainee: Trainee): Promise<void>;
  /** What a loss term beside cross-entropy adds to gradients at a step. */
  penalty?(step: number): StepOptions['penalty'];
}

export interface Stage {
  readonly name: string;
  readonly begin: number;
}

/** The model in training, as far as methods may touch it. */
export interface Trainee {
  /** As it is now: smaller after {@link Trainee.shrink}. */
  readonly graph: ModelGraph;
  /** A parameter's values now, in the framework's layout. */
  read(name: ParamName): Promise<TensorData>;
  /** Prunes weights, and holds them at zero from now on. @param mask rows × cols of the weight matrix. */
  setMask(name: ParamName, mask: Mask): void;
  /** Pruning begins: the model as it is now becomes what the sparse one is compared with. */
  keepDense(): Promise<void>;
  /** Goes on with the smaller model that keeps these channels of each group; optimizer state begins anew. */
  shrink(kept: ReadonlyMap<GroupId, Uint32Array>): Promise<void>;
}

/** The stage of a step. */
export function stageAt(stages: readonly Stage[], step: number): string {
  return stages.findLast(({ begin }) => begin <= step)?.name ?? stages[0]?.name ?? 'train';
}

/** A share of all steps as a number of steps. */
export const stepsOf = (share: unknown, totalSteps: number): number => Math.round(Number(share) * totalSteps);
