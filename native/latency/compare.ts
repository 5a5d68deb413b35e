// From samples to a comparison: the speed-up is taken within each round, where both met the same machine.
import type { Comparison, Spread } from '../../core/runs/latency-report';
import type { Verdict } from '../../core/sparsity/fit';
import type { Samples } from './measure';
import { spread } from './statistics';

/** @param expected whether the engine has any way to turn this sparsity into time; where it has none, no figure claims one. */
export function compare(samples: Samples, expected: Verdict): Comparison {
  const speedup = spread(samples.dense.map((dense, round) => dense / samples.sparse[round]!));
  return {
    dense: spread(samples.dense),
    sparse: spread(samples.sparse),
    speedup,
    verdict: expected.engages ? judge(speedup, expected.reason) : expected,
  };
}

/** A speed-up is claimed only when 8 of 10 rounds agree that there is one. */
function judge({ median, low, high }: Spread, how: string): Verdict {
  const interval = `${factor(low)}–${factor(high)} in 8 of 10 rounds`;
  if (low > 1) return { engages: true, reason: `${factor(median)} faster (${interval}): ${how}` };
  if (high < 1)
    return { engages: false, reason: `slower: ${factor(median)} the speed of dense (${interval})` };
  return { engages: false, reason: `no speed-up: ${factor(median)} (${interval}) may be no change at all` };
}

const factor = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
