// The linear ramp: as much more sparsity at every update.
import { rampThenHeal } from './ramp-then-heal';
import type { RampOptions, Schedule } from './schedule';

/** s(t) = target · (t − begin)/(end − begin). */
export const linear = (options: RampOptions): Schedule => rampThenHeal(options, (progress) => progress);
