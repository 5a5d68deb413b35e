// Everything at once: the whole sparsity at one step, then frozen masks.
import { rampThenHeal } from './ramp-then-heal';
import type { RampOptions, Schedule } from './schedule';

export const oneShot = ({ begin }: Pick<RampOptions, 'begin'>): Schedule =>
  rampThenHeal({ begin, end: begin, every: 1 }, () => 1);
