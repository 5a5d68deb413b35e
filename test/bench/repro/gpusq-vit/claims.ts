// What GPUSQ-ViT's specification says must hold, with the numbers that decide it. Points are hundredths of accuracy.
import { type Claim, mean, type Results, said, type Verdict } from '../reproduction';

/** One reading of one arm. */
type Reading = readonly [arm: string, key: string];

/** a − b in points: of each seed that both have, and whether the mean is at least so much. */
const above =
  (a: Reading, b: Reading, by: number) =>
  (results: Results): Verdict => {
    const gaps = gapsOf(results, a, b);
    return {
      holds: mean(gaps) >= by,
      said: `${a.join(' ')} − ${b.join(' ')}: ${said(gaps, 1)}, mean ${said([mean(gaps)], 1)} (at least ${by})`,
    };
  };

function gapsOf(results: Results, [a, aKey]: Reading, [b, bKey]: Reading): number[] {
  const seeds = results.seeds(a, b);
  const right = results.all(b, bKey, seeds);
  return results.all(a, aKey, seeds).map((value, i) => 100 * (value - right[i]!));
}

const both = (...checks: ((results: Results) => Verdict)[]): Claim['check'] => {
  return (results) => {
    const verdicts = checks.map((check) => check(results));
    return {
      holds: verdicts.every(({ holds }) => holds),
      said: verdicts.map((verdict) => verdict.said).join('; '),
    };
  };
};

const exactly = (arm: string, ratio: number) => (results: Results) => {
  const [own, model] = [results.all(arm, 'ratio'), results.all(arm, 'modelRatio')];
  return {
    holds: own.every((value) => Math.abs(value - ratio) < 1e-9),
    said: `${arm}: ${said(own, 2)}, whole model ${said(model, 2)}`,
  };
};

export const claims: readonly Claim[] = [
  {
    text: '1. 2:4 with distillation ≥ one-shot + 25 points, and ≥ dense − 1.5',
    kind: 'must hold',
    check: both(
      above(['int8', 'sparse'], ['int8', 'oneShot'], 25),
      above(['int8', 'sparse'], ['int8', 'dense'], -1.5),
    ),
  },
  {
    text: '2. no group holds more than the pattern allows, before and after quantisation, and it packs',
    kind: 'must hold',
    check: (results) => {
      const wrong = ['int8', 'int4', 'int4-pairs'].flatMap((arm) => results.all(arm, 'illegal'));
      return { holds: wrong.every((count) => count === 0), said: said(wrong, 0) };
    },
  },
  {
    text: '3. INT8 trained ≥ sparse float − 1',
    kind: 'must hold',
    check: above(['int8', 'accuracy'], ['int8', 'sparse'], -1),
  },
  {
    text: '4. INT4 trained ≥ INT4 untrained + 4',
    kind: 'must hold',
    check: above(['int4', 'accuracy'], ['int4', 'ptq'], 4),
  },
  {
    text: '5. INT8 > INT4',
    kind: 'must hold',
    check: (results) => {
      const gaps = gapsOf(results, ['int8', 'accuracy'], ['int4', 'accuracy']);
      return { holds: mean(gaps) > 0, said: `${said(gaps, 1)}, mean ${said([mean(gaps)], 1)}` };
    },
  },
  {
    text: '6. 640 images: distilled ≥ labels only + 0.5',
    kind: 'must hold',
    check: above(['few', 'sparse'], ['few-ce', 'sparse'], 0.5),
  },
  {
    text: '6. 640 images: without labels within 1 point of with them',
    kind: 'must hold',
    check: (results) => {
      const gaps = gapsOf(results, ['few-unsupervised', 'sparse'], ['few', 'sparse']);
      return {
        holds: Math.abs(mean(gaps)) <= 1,
        said: `${said(gaps, 1)}, mean ${said([mean(gaps)], 1)}`,
      };
    },
  },
  {
    text: '7. bytes of pruned weights: 6.4 times fewer for INT8, 12.8 for INT4 4:8; whole model less',
    kind: 'must hold',
    check: both(exactly('int8', 6.4), exactly('int4-pairs', 12.8)),
  },
  {
    text: 'no retraining: 40 points below',
    kind: 'must hurt',
    check: above(['int8', 'sparse'], ['int8', 'oneShot'], 40),
  },
  {
    text: 'INT4 not trained: at least 2 points below',
    kind: 'must hurt',
    check: above(['int4', 'accuracy'], ['int4', 'ptq'], 2),
  },
  {
    text: 'random 2:4 mask: lower accuracy',
    kind: 'must hurt',
    check: above(['int8', 'accuracy'], ['random', 'accuracy'], 0),
  },
  {
    text: '2:4 along outputs: against the pattern, so nothing packs it',
    kind: 'must hurt',
    check: (results) => {
      const wrong = results.all('outputs', 'illegal');
      return { holds: wrong.every((count) => count > 0), said: `groups of more than two: ${said(wrong, 0)}` };
    },
  },
  ...(
    [
      ['INT4, all of it against labels only', 'int4-ce'],
      ['INT4, against no features', 'int4-no-feature'],
      ['INT4, against no soft logits', 'int4-no-soft'],
      ['INT4, factors of the first stage against equal ones', 'int4-uniform'],
      ['2:4 against pairs of 4:8, INT4', 'int4-pairs'],
    ] as const
  ).map(([text, other]): Claim => ({
    text,
    kind: 'reported',
    check: above(['int4', 'accuracy'], [other, 'accuracy'], 0),
  })),
  {
    text: '2:4 along inputs against along outputs, INT8',
    kind: 'reported',
    check: above(['int8', 'accuracy'], ['outputs', 'accuracy'], 0),
  },
  {
    text: '640 images: against no soft logits, and no features',
    kind: 'reported',
    check: both(
      above(['few', 'sparse'], ['few-no-soft', 'sparse'], 0),
      above(['few', 'sparse'], ['few-no-feature', 'sparse'], 0),
    ),
  },
];
