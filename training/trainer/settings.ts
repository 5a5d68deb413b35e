// What a recipe leaves out of its training section, filled in.
import type { TrainingSpec } from '../../core/recipe/recipe';
import { trainingDefault } from '../../core/recipe/training-fields';
import { learningRateAt, usualWarmUp } from './schedules';

/** The learning rate of a step. */
export function rateAt(
  step: number,
  totalSteps: number,
  training: Pick<
    TrainingSpec,
    'epochs' | 'learningRate' | 'schedule' | 'warmUp' | 'floor' | 'dropEvery' | 'dropTo' | 'power'
  >,
): number {
  const of = (key: keyof typeof training) => Number(training[key] ?? trainingDefault(key));
  const options = {
    highest: training.learningRate,
    totalSteps,
    warmUp: Math.min(training.warmUp ?? usualWarmUp(totalSteps), totalSteps),
    dropEvery: Math.max(1, Math.round((of('dropEvery') * totalSteps) / training.epochs)),
    ...{ floor: of('floor'), dropTo: of('dropTo'), power: of('power') },
  };
  return learningRateAt(training.schedule ?? 'cosine', step, options);
}
