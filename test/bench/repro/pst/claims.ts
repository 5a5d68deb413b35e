// What PST's specification says must hold, with the numbers that decide it. Points are hundredths of accuracy.
import { type Claim, mean, type Results, said, type Verdict } from '../reproduction';

/** a − b in points, of every seed; the mean has to be at least so much. */
const above =
  (a: string, b: string, by: number) =>
  (results: Results): Verdict => {
    const gaps = results.gaps(a, b, 'accuracy').map((gap) => 100 * gap);
    return {
      holds: mean(gaps) >= by,
      said: `${a} − ${b}: ${said(gaps, 1)}, mean ${said([mean(gaps)], 1)} (at least ${by})`,
    };
  };

/** Every arm that prunes. */
const pruned = [
  ...['pst', 'no-ab', 'no-rc', 'data-free', 'no-size', 'no-uv', 'pst-8', 'detached', 'every-10'],
  ...['pst-long', 'data-free-long', 'pst-half'],
];
const baselines = ['magnitude', 'magnitude-3', 'movement', 'movement-3', 'magnitude-half', 'movement-half'];

/** n × k of the three layers. */
const layers = [
  [128, 64],
  [128, 128],
  [128, 128],
] as const;
const sum = (of: (n: number, k: number) => number): number =>
  layers.reduce((total, [n, k]) => total + of(n, k), 0);

const trained =
  (arm: string, ranks: number) =>
  (results: Results): Verdict => {
    const numbers = results.all(arm, 'trainable');
    const right = ranks * sum((n, k) => n + k);
    const share = right / sum((n, k) => 2 * n * k);
    return {
      holds:
        [...numbers, ...results.all(arm, 'said')].every((number) => number === right) &&
        results.all(arm, 'ofMovement').every((own) => Math.abs(own - share) < 1e-12) &&
        (arm !== 'pst' || share <= 0.1),
      said: `${arm}: ${said(numbers, 0)} by the optimizer's moments, ${ranks} Σ (n + k) = ${right}, ${(100 * share).toFixed(1)} % of 2 Σ n k`,
    };
  };

const both =
  (...checks: Claim['check'][]): Claim['check'] =>
  (results) => {
    const verdicts = checks.map((check) => check(results));
    return {
      holds: verdicts.every(({ holds }) => holds),
      said: verdicts.map((verdict) => verdict.said).join('; '),
    };
  };

const most = (results: Results, arms: readonly string[], key: string): number =>
  Math.max(...arms.flatMap((arm) => results.all(arm, key)));

export const claims: readonly Claim[] = [
  { text: '1. PST > without A B', kind: 'must hold', check: above('pst', 'no-ab', 0) },
  { text: '1. PST > without R + C', kind: 'must hold', check: above('pst', 'no-rc', 0) },
  { text: '1. PST ≥ no |W̃| in the score + 5 points', kind: 'must hold', check: above('pst', 'no-size', 5) },
  { text: '1. PST ≥ no update of weights + 20 points', kind: 'must hold', check: above('pst', 'no-uv', 20) },
  {
    text: '2. numbers trained are exactly (r₁ + r₂ + 1)(n + k) a matrix, at rank 4 at most 10 % of movement pruning’s',
    kind: 'must hold',
    check: both(trained('pst', 9), trained('pst-8', 17), trained('no-ab', 5), trained('no-rc', 8)),
  },
  {
    text: '3. exactly ⌊n k v⌋ zeros in every matrix; logits of the plain model are those of the factors to 1e-5',
    kind: 'must hold',
    check: (results) => {
      const wrong = most(results, pruned, 'misfit');
      // Masks made every 10 steps are made once more at the end: there the last step had others.
      const fresh = pruned.filter((arm) => arm !== 'every-10');
      const apart = most(results, fresh, 'apart');
      const moved = pruned.flatMap((arm) => {
        const [own, plain] = [results.all(arm, 'accuracy'), results.all(arm, 'plain')];
        return own.map((value, i) => Math.abs(value - plain[i]!));
      });
      return {
        holds: wrong === 0 && apart <= 1e-5 && Math.max(...moved) === 0,
        said: `zeros off by ${wrong}, logits by ${apart.toExponential(1)}, accuracy of the saved weights by ${Math.max(...moved)} at most over ${moved.length} runs`,
      };
    },
  },
  {
    text: '4. PST of rank 8 ≥ magnitude pruning at the small rate (1e-3), as far as this scale can say',
    kind: 'must hold',
    check: above('pst-8', 'magnitude', 0),
  },
  {
    text: 'scores of sizes alone: at least 3 points below',
    kind: 'must hurt',
    check: above('pst', 'data-free', 3),
  },
  {
    text: 'scores of sizes alone, twice the steps: below too',
    kind: 'must hurt',
    check: above('pst-long', 'data-free-long', 0),
  },
  {
    text: "movement pruning's scores have low rank (the paper's premise): far more in 8 singular values than the same numbers shuffled",
    kind: 'must hold',
    check: (results) => {
      const [own, any] = [results.all('movement', 'energy'), results.all('movement', 'energyShuffled')];
      return {
        holds: own.every((value, i) => value >= 2 * any[i]!),
        said: `${said(own, 2)}, shuffled ${said(any, 2)} (at least twice)`,
      };
    },
  },
  {
    text: 'and they are those of whole rows and columns',
    kind: 'must hold',
    check: (results) => {
      const [own, any] = [results.all('movement', 'additive'), results.all('movement', 'additiveShuffled')];
      return {
        holds: own.every((value, i) => value >= 2 * any[i]!),
        said: `${said(own)} of the variance, shuffled ${said(any)} (at least twice)`,
      };
    },
  },
  {
    text: 'baselines prune exactly as much',
    kind: 'must hold',
    check: (results) => ({
      holds: most(results, baselines, 'misfit') === 0,
      said: `zeros off by ${most(results, baselines, 'misfit')}`,
    }),
  },
  ...(
    [
      ['PST against magnitude pruning at 3e-3, which trains every weight', 'pst-8', 'magnitude-3'],
      ['PST against movement pruning at 1e-3', 'pst-8', 'movement'],
      ['PST against movement pruning at 3e-3', 'pst-8', 'movement-3'],
      ['at 50 %, against magnitude pruning', 'pst-half', 'magnitude-half'],
      ['at 50 %, against movement pruning', 'pst-half', 'movement-half'],
      ['gradients through |W̃| of the score, against none', 'pst', 'detached'],
      ['masks every step, against every 10', 'pst', 'every-10'],
      ['against the dense network', 'pst-8', 'dense'],
    ] as const
  ).map(([text, a, b]): Claim => ({ text, kind: 'reported', check: above(a, b, 0) })),
];
