// From samples to a comparison: the speed-up is taken within each round, where both met the same machine.
import type { Comparison, Spread } from '../../core/runs/latency-report';
import type { Verdict } from '../../core/sparsity/fit';
import type { Samples } from './measure';
import { spread } from './statistics';

/**
 * @param expected whether the engine has any way to turn this sparsity into time; where it has none, no figure claims one.
 * @param callMs what a call costs that computes nothing.
 */
export function compare(samples: Samples, expected: Verdict, callMs = 0): Comparison {
  const speedup = spread(samples.dense.map((dense, round) => dense / samples.sparse[round]!));
  const [dense, sparse] = [spread(samples.dense), spread(samples.sparse)];
  const judged = expected.engages ? judge(speedup, expected.reason) : expected;
  const isTooShort = expected.engages && !judged.engages && dense.median < 2 * callMs;
  const verdict = isTooShort ? { engages: false, reason: tooShort } : judged;
  return { dense, sparse, speedup, verdict };
}

const tooShort = 'too short to tell: most of its time is the call itself; a larger batch would show more';

/** Above 1 also after rounding to what is shown: nobody should read `1.00×–1.40×` as a speed-up. */
const clearly = 1.005;

/** A speed-up is claimed only when 8 of 10 rounds agree that there is one. */
function judge({ median, low, high }: Spread, how: string): Verdict {
  const interval = `${factor(low)}–${factor(high)} in 8 of 10 rounds`;
  if (low >= clearly) return { engages: true, reason: `${factor(median)} faster (${interval}): ${how}` };
  if (high < 1)
    return { engages: false, reason: `slower: ${factor(median)} the speed of dense (${interval})` };
  return { engages: false, reason: `no speed-up: ${factor(median)} (${interval}) may be no change at all` };
}

const factor = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
