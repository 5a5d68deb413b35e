// The cubic ramp: fast while there is much to choose from, slow in the end.
import { rampThenHeal } from './ramp-then-heal';
import type { RampOptions, Schedule } from './schedule';

/** s(t) = target · (1 − (1 − (t − begin)/(end − begin))³), Zhu & Gupta 2017 (arXiv 1710.01878), equation 1 with sᵢ = 0. */
export const cubic = (options: RampOptions): Schedule =>
  rampThenHeal(options, (progress) => 1 - (1 - progress) ** 3);
