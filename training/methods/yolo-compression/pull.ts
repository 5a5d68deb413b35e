// How hard BatchNorm scales are pulled to zero over the sparse stage, and how far that can move them: known before the run.

/** Of SGD with momentum, as the method is published. */
export const momentum = 0.9;

export type Pull = 'decaying' | 'constant' | 'none';

/** What is left of s₀ at the end of the stage. */
const left = 0.1;

/** Scales begin near 1: a way below 1 leaves them large, one above 3 takes those with it that should stay. */
const [least, most] = [1, 3];
/** What s₀ is chosen for where the recipe leaves it to us. */
const wanted = 2;

/** s at a step of the stage as a share of s₀: 1 − 0.9 · e / E, by steps in place of epochs. */
export function strengthAt(pull: Pull, step: number, steps: number): number {
  if (pull === 'none') return 0;
  return pull === 'constant' ? 1 : 1 - (1 - left) * (step / Math.max(1, steps - 1));
}

/** How far a scale moves that nothing else holds: rate · Σ s / (1 − momentum). */
export function wayOf(pull: Pull, s0: number, rate: number, steps: number): number {
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += strengthAt(pull, step, steps);
  return (rate * s0 * sum) / (1 - momentum);
}

/** The s₀ with which a scale can go from one to zero and stay there. */
export function chosenStrength(pull: Pull, rate: number, steps: number): number {
  const way = wayOf(pull, 1, rate, steps);
  return way === 0 ? 0 : wanted / way;
}

/** One line where the way is too short or too long. */
export function judgeStrength(pull: Pull, s0: number, rate: number, steps: number): string | undefined {
  const way = wayOf(pull, s0, rate, steps);
  if (pull === 'none' || (way >= least && way <= most)) return undefined;
  const better = short((s0 * wanted) / way);
  const what =
    way < least
      ? `scales begin near 1, so few of them reach zero`
      : `the scales of channels that stay are pulled down with the others`;
  return `s0 ${short(s0)} over ${steps} steps moves a scale by ${short(way)}: ${what}; s0 ${better} moves it by ${wanted}`;
}

const short = (value: number): string => String(Number(value.toPrecision(2)));
