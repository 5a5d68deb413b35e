// What CAST's specification says must hold, with the numbers that decide it.
import { type Claim, mean, type Results, said, type Verdict } from '../reproduction';

const key = 'perplexity';

/** b − a of each seed, and their mean. */
const above = (results: Results, a: string, b: string) => {
  const gaps = results.gaps(b, a, key);
  return { gaps, mean: mean(gaps) };
};

const meanAtLeast =
  (a: string, b: string, least: number) =>
  (results: Results): Verdict => {
    const { gaps, mean: by } = above(results, a, b);
    return { holds: by >= least, said: `${b} − ${a}: ${said(gaps)}, mean ${said([by])} (at least ${least})` };
  };

const range = (results: Results, arms: readonly string[]): Verdict => {
  const seeds = results.seeds(...arms);
  if (seeds.length === 0) throw new Error(`${arms.join(', ')} have not all run on the same seed`);
  const spreads = seeds.map((seed) => {
    const values = arms.map((arm) => results.all(arm, key, [seed])[0]!);
    return Math.max(...values) - Math.min(...values);
  });
  return {
    holds: Math.max(...spreads) <= 0.08,
    said: `spread of each seed: ${said(spreads)} (at most 0.08)`,
  };
};

/** gap(D): sparse above dense continued for as many steps. */
export const gapAt = (results: Results, steps: number): number[] =>
  results.gaps(`cast-${steps}`, `dense-${steps}`, key);

/** a · D^−b through the gaps at 600 and 1200, and what it foretells at 2400. */
function foretold(results: Results): Verdict {
  const [a, b, c] = [600, 1200, 2400].map((steps) => mean(gapAt(results, steps))) as [number, number, number];
  const slope = Math.log(a / b) / Math.log(2);
  const predicted = b * 2 ** -slope;
  return {
    holds: true,
    said: `b = ${slope.toFixed(2)}; foretold for 2400 steps ${predicted.toFixed(3)}, measured ${c.toFixed(3)}`,
  };
}

export const claims: readonly Claim[] = [
  {
    text: '1. CAST ≤ tuned SR-STE + KD − 0.03 perplexity, every seed, equal steps',
    kind: 'must hold',
    check: (results) => {
      const { gaps } = above(results, 'cast', 'sr-ste');
      return { holds: Math.min(...gaps) >= 0.03, said: `sr-ste − cast: ${said(gaps)} (at least 0.03)` };
    },
  },
  {
    text: '1. λ = 0 ⇒ perplexity ≥ CAST + 1.0',
    kind: 'must hurt',
    check: meanAtLeast('cast', 'no-decay', 1),
  },
  { text: '2. CAST ≤ fixed mask + KD − 0.05', kind: 'must hold', check: meanAtLeast('cast', 'fixed', 0.05) },
  { text: '3. not decoupled ≥ CAST + 0.10', kind: 'must hurt', check: meanAtLeast('cast', 'coupled', 0.1) },
  {
    text: '4. constant learning rate ≥ CAST + 0.05',
    kind: 'must hurt',
    check: meanAtLeast('cast', 'constant-rate', 0.05),
  },
  {
    text: '5. without KD ≥ CAST + 0.005 (mean)',
    kind: 'must hurt',
    check: meanAtLeast('cast', 'no-distil', 0.005),
  },
  {
    text: '5. without scaling ≥ CAST + 0.003 (mean)',
    kind: 'must hurt',
    check: meanAtLeast('cast', 'no-scales', 0.003),
  },
  {
    text: '6. hard-prune jump ≤ 0.005 perplexity and loser/kept ratio ≤ 1e-3; for λ = 0 the ratio stays > 0.3',
    kind: 'must hold',
    check: (results) => {
      const [jumps, ratios] = [results.all('cast', 'jump'), results.all('cast', 'ratio')];
      const without = results.all('no-decay', 'ratio');
      return {
        holds: Math.max(...jumps) <= 0.005 && Math.max(...ratios) <= 1e-3 && Math.min(...without) > 0.3,
        said: `jump ${said(jumps, 4)}; ratio ${said(ratios, 5)}; ratio at λ = 0 ${said(without)}`,
      };
    },
  },
  {
    text: '7. insensitivity: λ in {3e-3, 1e-2, 3e-2, 1e-1} ⇒ spread ≤ 0.08 perplexity',
    kind: 'must hold',
    check: (results) => range(results, ['decay-3e-3', 'cast', 'decay-3e-2', 'decay-1e-1']),
  },
  {
    text: '7. at λ = 1e-3 the budget is missed: worse than CAST by more than that spread',
    kind: 'must hurt',
    check: meanAtLeast('cast', 'decay-1e-3', 0.08),
  },
  {
    text: '8. budget law: gap(600) > gap(1200) > gap(2400), against dense continued',
    kind: 'must hold',
    check: (results) => {
      const gaps = [600, 1200, 2400].map((steps) => gapAt(results, steps));
      const means = gaps.map(mean);
      return {
        holds: means[0]! > means[1]! && means[1]! > means[2]!,
        said: `600: ${said(gaps[0]!)}; 1200: ${said(gaps[1]!)}; 2400: ${said(gaps[2]!)}`,
      };
    },
  },
  { text: '8. fit a · D^−b of two budgets foretells the third', kind: 'reported', check: foretold },
  {
    text: '8. at T = 300 CAST is worse than SR-STE: too little budget',
    kind: 'must hurt',
    check: meanAtLeast('sr-ste-300', 'cast-300', 0),
  },
  {
    text: '9. int8 changes perplexity by < 0.005',
    kind: 'must hold',
    check: (results) => {
      const changes = results.all('cast', 'int8');
      return { holds: Math.max(...changes.map(Math.abs)) < 0.005, said: said(changes, 4) };
    },
  },
  {
    text: '9. int4 in groups of 16 changes perplexity by < 0.12',
    kind: 'must hold',
    check: (results) => {
      const changes = results.all('cast', 'int4');
      return { holds: Math.max(...changes.map(Math.abs)) < 0.12, said: said(changes) };
    },
  },
  {
    text: 'exact pattern: groups of four without exactly two zeros = 0, and fine-tuning moves no zero',
    kind: 'must hold',
    check: (results) => {
      const [wrong, moved] = [results.all('cast', 'violations'), results.all('cast', 'moved')];
      return {
        holds: [...wrong, ...moved].every((count) => count === 0),
        said: `${said(wrong, 0)}; ${said(moved, 0)}`,
      };
    },
  },
  {
    text: 'linear ramp against constant λ (no direction is claimed)',
    kind: 'reported',
    check: meanAtLeast('cast', 'constant-decay', 0),
  },
  {
    text: 'masks refreshed against masks of the first step (no direction is claimed)',
    kind: 'reported',
    check: meanAtLeast('cast', 'no-refresh', 0),
  },
  {
    text: 'fine-tuned on another language for 500 steps: CAST with its mask kept against dense',
    kind: 'reported',
    check: (results) => {
      const [sparse, dense] = [results.all('cast', 'tuned'), results.all('cast', 'tunedDense')];
      return { holds: true, said: `2:4 ${said(sparse)}; dense ${said(dense)}` };
    },
  },
];
