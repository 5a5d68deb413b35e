// 2:4 magnitude pruning along a cubic ramp: magnitude pruning with everything said.
import type { Pattern } from '../../../core/sparsity/pattern';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { MagnitudeRun, type Saliency, sizeOf } from '../magnitude/method';
import type { Method } from '../method';

/** The saliency is a parameter so that a benchmark can put chance in its place. */
export const nmMethod = (saliency: Saliency, pattern: Pattern = twoFour): Method => ({
  id: 'nm-magnitude',
  prepare: (plan) =>
    new MagnitudeRun(plan, { pattern, saliency, allocator: 'uniform', ramp: 'cubic', head: true }),
});

export const nmMagnitude: Method = nmMethod(sizeOf);
