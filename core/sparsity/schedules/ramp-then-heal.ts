// Dense, then a ramp of any shape, then frozen masks: what gradual schedules share.
import type { RampOptions, Schedule } from './schedule';

/** @param shape share of the target at a share of the ramp: 0 … 1 to 0 … 1, and 1 at 1. */
export const rampThenHeal = (
  { begin, end, every }: RampOptions,
  shape: (progress: number) => number,
): Schedule => ({
  isMaskStep: (step) => step === end || (step >= begin && step < end && (step - begin) % every === 0),
  // A ramp without steps is over where it begins.
  sparsityAt: (step, target) => target * shape(step >= end ? 1 : Math.max(0, (step - begin) / (end - begin))),
  phase: (step) => (step < begin ? 'dense' : step < end ? 'ramp' : 'heal'),
});
