// Learning rates over a run: small functions of the step in a table, each after a linear warm-up. The same as PyTorch's.

export interface ScheduleOptions {
  /** The rate after the warm-up, where the schedule begins. */
  readonly highest: number;
  readonly totalSteps: number;
  /** Steps over which the rate rises linearly, the first being highest / warmUp: moments and statistics begin empty. */
  readonly warmUp: number;
  /** Share of the highest rate that is left at the end (cosine, linear, polynomial). */
  readonly floor: number;
  /** Steps between two drops (step). */
  readonly dropEvery: number;
  /** What a drop multiplies the rate by (step). */
  readonly dropTo: number;
  /** Exponent (polynomial). */
  readonly power: number;
}

/** Share of the highest rate at step `t` of `steps`, the warm-up not counted. */
type Shape = (t: number, steps: number, options: ScheduleOptions) => number;

const between = (floor: number, share: number): number => floor + (1 - floor) * share;

export type ScheduleName = 'cosine' | 'constant' | 'linear' | 'step' | 'polynomial';

export const schedules: Readonly<Record<ScheduleName, Shape>> = {
  /** Loshchilov & Hutter 2017 (arXiv 1608.03983), equation 5 without restarts; CosineAnnealingLR. */
  cosine: (t, steps, { floor }) => between(floor, 0.5 * (1 + Math.cos((Math.PI * t) / steps))),
  constant: () => 1,
  /** LinearLR from 1 to the floor. */
  linear: (t, steps, { floor }) => between(floor, 1 - t / steps),
  /** StepLR. */
  step: (t, _steps, { dropEvery, dropTo }) => dropTo ** Math.floor(t / dropEvery),
  /** PolynomialLR, above the floor. */
  polynomial: (t, steps, { floor, power }) => between(floor, (1 - t / steps) ** power),
};

export function learningRateAt(name: ScheduleName, step: number, options: ScheduleOptions): number {
  const { highest, totalSteps, warmUp } = options;
  if (step < warmUp) return (highest * (step + 1)) / warmUp;
  const steps = Math.max(1, totalSteps - warmUp);
  return highest * schedules[name](Math.min(step - warmUp, steps), steps, options);
}

/** Where the recipe says none: 50 steps, at most a twentieth of a run. */
export const usualWarmUp = (totalSteps: number): number => Math.ceil(Math.min(50, totalSteps / 20));
