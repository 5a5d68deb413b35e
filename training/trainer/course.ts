// The course of a run: which stage a step belongs to, how that stage is trained, and its learning rate.
import type { TrainingSpec } from '../../core/recipe/recipe';
import { type Stage, stageOf } from '../methods/method';
import type { ModelTraining } from './model';
import { rateAt } from './settings';

export interface Leg {
  readonly name: string;
  /** Its first step. */
  readonly begin: number;
  readonly training: ModelTraining;
  /** Whether it is trained in a way of its own, with an optimizer that begins anew. */
  readonly isOwn: boolean;
}

export class Course {
  constructor(
    private readonly stages: readonly Stage[],
    private readonly totalSteps: number,
    private readonly training: TrainingSpec,
  ) {}

  at(step: number): Leg {
    const stage = stageOf(this.stages, step);
    if (!stage) return { name: 'train', begin: 0, training: this.training, isOwn: false };
    const { name, begin, training: own } = stage;
    return { name, begin, training: { ...this.training, ...own }, isOwn: own !== undefined };
  }

  /** The learning rate of a step. A stage trained in its own way has its schedule to itself; the others share the run's. */
  rate(step: number): number {
    const stage = stageOf(this.stages, step);
    const own = stage?.training;
    if (!stage || !own) return rateAt(step, this.totalSteps, this.training);
    const end = this.stages.find(({ begin }) => begin > stage.begin)?.begin ?? this.totalSteps;
    const [at, steps] = [step - stage.begin, end - stage.begin];
    if (own.rate) return own.rate(at, steps);
    // Drops are told in epochs: those of this stage.
    const epochs = (this.training.epochs * steps) / this.totalSteps;
    return rateAt(at, steps, { ...this.training, ...own, epochs });
  }
}
