// What a recipe leaves out of its training section, filled in.
import type { TrainingSpec } from '../../core/recipe/recipe';
import { learningRateAt, usualWarmUp } from './schedules';

type Rates = Pick<
  TrainingSpec,
  'epochs' | 'learningRate' | 'schedule' | 'warmUp' | 'floor' | 'dropEvery' | 'dropTo' | 'power'
>;

/** The learning rate of a step. */
export function rateAt(step: number, totalSteps: number, spec: Rates): number {
  const { epochs, learningRate: highest, schedule = 'cosine', floor = 0.01, dropTo = 0.1, power = 1 } = spec;
  const warmUp = Math.min(spec.warmUp ?? usualWarmUp(totalSteps), totalSteps);
  // Two drops a run where the recipe does not say.
  const dropEvery = Math.max(1, ((spec.dropEvery ?? epochs / 3) * totalSteps) / epochs);
  return learningRateAt(schedule, step, { highest, totalSteps, warmUp, floor, dropEvery, dropTo, power });
}
