// What the specification of YOLO compression says must hold, with the numbers that decide it.
import { type Claim, mean, type Results, said, type Verdict } from '../reproduction';

const least = (values: readonly number[]): number => Math.min(...values);
const most = (values: readonly number[]): number => Math.max(...values);

/** a − b of every seed is at least so much. */
const above =
  (a: string, b: string, by: number, meanBy = -Infinity) =>
  (results: Results): Verdict => {
    const gaps = results.gaps(a, b, 'tuned');
    const bound = `at least ${by} each${Number.isFinite(meanBy) ? `, ${meanBy} in the mean` : ''}`;
    return {
      holds: least(gaps) >= by && mean(gaps) >= meanBy,
      said: `${a} − ${b}: ${said(gaps)}, mean ${said([mean(gaps)])} (${bound})`,
    };
  };

const pruned = ['cwd', 'gamma', 'unpulled', 'random', 'direct'] as const;

export const claims: readonly Claim[] = [
  {
    text: '1. pruned = silenced to 1e-4 at every cut; parameters and MACs fall by 72 … 76 %',
    kind: 'must hold',
    check: (results) => {
      const [apart, params, macs] = ['apart', 'params', 'macs'].map((key) =>
        pruned.flatMap((arm) => results.all(arm, key)),
      ) as [number[], number[], number[]];
      const within = (values: readonly number[]) => least(values) >= 0.72 && most(values) <= 0.76;
      return {
        holds: most(apart) < 1e-4 && within(params) && within(macs),
        said: `${apart.length} cuts, largest difference ${most(apart).toExponential(1)}; parameters ${said([params[0]!])}, MACs ${said([macs[0]!])}`,
      };
    },
  },
  {
    text: '2. the sparse stage matters: fine-tuned, ≥ 0.06 above γ alone straight from the base, every seed',
    kind: 'must hold',
    check: above('gamma', 'direct', 0.06),
  },
  {
    text: '2. ablation s₀ = 0: the same stage without the pull is ≥ 0.06 lower',
    kind: 'must hurt',
    check: above('gamma', 'unpulled', 0.06),
  },
  {
    text: '3. the criterion matters: ≥ 0.12 above random channels, every seed',
    kind: 'must hurt',
    check: above('gamma', 'random', 0.12),
  },
  {
    text: '4. CWD on 96 images: ≥ none of every seed, ≥ 0.01 in the mean',
    kind: 'must hold',
    check: above('few-cwd', 'few', 0, 0.01),
  },
  {
    text: '4. CWD without a sparse stage, 4 epochs: ≥ 0.03 in the mean',
    kind: 'must hold',
    check: above('short-cwd', 'short', 0, 0.03),
  },
  {
    text: '4. CWD with all images and 8 epochs: ≥ none − 0.015',
    kind: 'must hold',
    check: above('cwd', 'gamma', -0.015),
  },
  {
    text: '5. compression does not destroy: base − fine-tuned ≤ 0.10 of every seed, ≤ 0.07 in the mean',
    kind: 'must hold',
    check: (results) => {
      const lost = results.gaps('base', 'gamma', 'tuned');
      return {
        holds: most(lost) <= 0.1 && mean(lost) <= 0.07,
        said: `base − gamma: ${said(lost)}, mean ${said([mean(lost)])}`,
      };
    },
  },
  {
    text: '6. the sparse stage leaves ≥ 0.45 of |γ| below 0.05 and takes ≤ 0.06',
    kind: 'must hold',
    check: (results) => {
      const [near, sparse, base] = [
        results.all('cwd', 'near'),
        results.all('cwd', 'sparse'),
        results.all('base', 'tuned', results.seeds('cwd')),
      ];
      const lost = base.map((value, i) => value - sparse[i]!);
      return {
        holds: least(near) >= 0.45 && most(lost) <= 0.06,
        said: `below 0.05: ${said(near)}; base − sparse: ${said(lost)}`,
      };
    },
  },
  {
    text: 'a decaying pull against a constant one, both without CWD',
    kind: 'reported',
    check: above('gamma', 'constant', 0),
  },
  {
    text: 'fine-tuned for 24 epochs instead of 8, against the base',
    kind: 'reported',
    check: above('long', 'base', 0),
  },
  {
    text: 'the same against the base trained on, unpruned, for 24 epochs',
    kind: 'reported',
    check: above('long', 'continued', 0),
  },
];
