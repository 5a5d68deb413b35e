// What MaskSparsity's specification says must hold, with the numbers that decide it.
import { type Claim, mean, type Results, said, type Verdict } from '../reproduction';

const least = (values: readonly number[]): number => Math.min(...values);
const most = (values: readonly number[]): number => Math.max(...values);

/** a − b of each seed and its mean, which has to be at least so much. */
const meanAbove =
  (a: string, b: string, key: string, by: number) =>
  (results: Results): Verdict => {
    const gaps = results.gaps(a, b, key);
    return {
      holds: mean(gaps) >= by,
      said: `${a} − ${b}: ${said(gaps)}, mean ${said([mean(gaps)])} (at least ${by})`,
    };
  };

const underfit =
  (prefix: string) =>
  (results: Results): Verdict => {
    const [global, masked, none] = ['global', 'masked', 'none'].map((arm) =>
      results.all(prefix + arm, 'loss'),
    ) as [number[], number[], number[]];
    const holds = global.every(
      (g, i) => g > masked[i]! && masked[i]! > none[i]! && masked[i]! - none[i]! <= 0.6 * (g - none[i]!),
    );
    return { holds, said: `global ${said(global)}; masked ${said(masked)}; none ${said(none)}` };
  };

const scales =
  (prefix: string) =>
  (results: Results): Verdict => {
    const [masked, global] = [results.all(`${prefix}masked`, 'kept'), results.all(`${prefix}global`, 'kept')];
    const doomed = results.all(`${prefix}masked`, 'doomed');
    return {
      holds: masked.every((value, i) => value >= 2.5 * global[i]!) && most(doomed) <= 0.1,
      said: `kept: masked ${said(masked, 2)}, global ${said(global, 2)}; doomed under masked ${said(doomed, 4)} (at most 0.1)`,
    };
  };

const lost = (results: Results, arm: string): number[] => {
  const [before, after] = [results.all(arm, 'before'), results.all(arm, 'cut')];
  return before.map((value, i) => value - after[i]!);
};

/** Inequality 3: what the cut costs, and what is left after it against the global penalty. */
const cutIsCheap = (results: Results, arm: string, global = 'global'): Verdict => {
  const [gaps, cost] = [results.gaps(arm, global, 'cut'), lost(results, arm)];
  return {
    holds: mean(gaps) >= 0.02 && most(cost) <= 0.06,
    said: `after the cut, ${arm} − ${global}: ${said(gaps)}, mean ${said([mean(gaps)])} (at least 0.02); the cut takes ${said(cost)} (at most 0.06)`,
  };
};

const atMost = (arm: string, key: string, bound: number, results: Results): boolean =>
  most(results.all(arm, key)) <= bound;

export const claims: readonly Claim[] = [
  {
    text: '1. train loss at the end of the sparse stage: global > masked > none, masked − none ≤ 0.6 (global − none)',
    kind: 'must hold',
    check: underfit(''),
  },
  { text: '1. the same in the wide network', kind: 'must hold', check: underfit('wide-') },
  {
    text: '2. mean |γ| of kept channels: masked ≥ 2.5 × global; of doomed ones under masked ≤ 0.1',
    kind: 'must hold',
    check: scales(''),
  },
  { text: '2. the same in the wide network', kind: 'must hold', check: scales('wide-') },
  {
    text: '3. right after the cut and recalibration: masked ≥ global + 0.02 (mean); the cut takes ≤ 0.06 of every seed',
    kind: 'must hold',
    check: (results) => cutIsCheap(results, 'masked'),
  },
  {
    text: '3. the same in the wide network',
    kind: 'must hold',
    check: (results) => cutIsCheap(results, 'wide-masked', 'wide-global'),
  },
  {
    text: '4. after fine-tuning at the same mask: masked ≥ global − 0.005 of every seed, and better in the mean',
    kind: 'must hold',
    check: (results) => {
      const gaps = results.gaps('masked', 'global', 'finetuned');
      return {
        holds: least(gaps) >= -0.005 && mean(gaps) > 0,
        said: `masked − global: ${said(gaps)}, mean ${said([mean(gaps)], 4)}`,
      };
    },
  },
  {
    text: '4. the same in the wide network',
    kind: 'must hold',
    check: (results) => {
      const gaps = results.gaps('wide-masked', 'wide-global', 'finetuned');
      return {
        holds: least(gaps) >= -0.005 && mean(gaps) > 0,
        said: `masked − global: ${said(gaps)}, mean ${said([mean(gaps)], 4)}`,
      };
    },
  },
  {
    text: '5. no penalty: at least 0.10 lower right after the cut',
    kind: 'must hurt',
    check: meanAbove('masked', 'none', 'cut', 0.1),
  },
  {
    text: '6. a λ budget below 1: doomed |γ| ≥ 0.1, and inequality 3 fails',
    kind: 'must hurt',
    check: (results) => {
      const doomed = results.all('weak', 'doomed');
      const third = cutIsCheap(results, 'weak');
      return { holds: least(doomed) >= 0.1 && !third.holds, said: `doomed ${said(doomed)}; ${third.said}` };
    },
  },
  {
    text: '7. inverted mask: ≤ 0.3 after the cut, ≤ 0.6 after fine-tuning',
    kind: 'must hurt',
    check: (results) => ({
      holds: atMost('inverted', 'cut', 0.3, results) && atMost('inverted', 'finetuned', 0.6, results),
      said: `cut ${said(results.all('inverted', 'cut'))}; fine-tuned ${said(results.all('inverted', 'finetuned'))}`,
    }),
  },
  {
    text: '8. doomed γ and β exactly 0: logits before and after the cut agree to 1e-5',
    kind: 'must hold',
    check: (results) => ({
      holds: atMost('masked', 'identity', 1e-5, results),
      said: results
        .all('masked', 'identity')
        .map((value) => value.toExponential(1))
        .join(' / '),
    }),
  },
  {
    text: '9. MACs and sizes after the cut are exactly those of the mask (difference 0)',
    kind: 'must hold',
    check: (results) => {
      const wrong = ['masked', 'global', 'none', 'random', 'uniform', 'wide-masked'].flatMap((arm) =>
        results.all(arm, 'misfit'),
      );
      return { holds: most(wrong) === 0, said: `${wrong.length} runs, largest ${most(wrong)}` };
    },
  },
  {
    text: 'masked against a random mask of the same counts, after fine-tuning',
    kind: 'reported',
    check: meanAbove('masked', 'random', 'finetuned', 0),
  },
  {
    text: 'masked against the pruned network from scratch',
    kind: 'reported',
    check: meanAbove('masked', 'scratch', 'finetuned', 0),
  },
  {
    text: 'masked from the baseline against going on from the globally sparse weights, after fine-tuning',
    kind: 'reported',
    check: meanAbove('masked', 'goes-on', 'finetuned', 0),
  },
  {
    text: 'statistics measured anew against not, right after the cut',
    kind: 'reported',
    check: meanAbove('masked', 'raw', 'cut', 0),
  },
  {
    text: 'β compensated against not, right after the cut',
    kind: 'reported',
    check: meanAbove('masked', 'uncompensated', 'cut', 0),
  },
];
