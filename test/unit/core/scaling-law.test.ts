// Scaling laws: known coefficients come back from noisy runs, odd runs do not pull, and what is no law is refused.
import { describe, expect, it } from 'vitest';
import { fitLaw } from '../../../core/scaling-law/fit';
import { foretell, leftOut } from '../../../core/scaling-law/foretell';
import { type Law, lossAt, type Observation } from '../../../core/scaling-law/law';
import { seeded } from '../../../training/executor/random';

/** Chinchilla's coefficients (Hoffmann et al. 2022, equation 10). */
const chinchilla: Law = {
  floor: 1.69,
  terms: [
    { of: 'parameters', coefficient: 406.4, exponent: 0.34 },
    { of: 'tokens', coefficient: 410.7, exponent: 0.28 },
  ],
};
const small: Law = { floor: 1.2, terms: [{ of: 'tokens', coefficient: 900, exponent: 0.6 }] };

function runsOf(law: Law, parameters: readonly number[], tokens: readonly number[], noise = 0, seed = 1) {
  const random = seeded(seed);
  return parameters.flatMap((size) =>
    tokens.map((seen): Observation => {
      const place = { parameters: size, tokens: seen };
      return { ...place, loss: lossAt(law, place) * Math.exp(noise * random.normal()) };
    }),
  );
}
const sizes = [1e7, 4e7, 1.6e8, 6.4e8];
const lengths = [1e8, 4e8, 1.6e9, 6.4e9, 2.56e10];

describe('fitting a scaling law', () => {
  it('recovers all five coefficients of exact runs', () => {
    const { law, spread } = fitLaw(runsOf(chinchilla, sizes, lengths));
    expect(law.floor).toBeCloseTo(1.69, 3);
    expect(law.terms.map(({ of }) => of)).toEqual(['parameters', 'tokens']);
    law.terms.forEach(({ exponent, coefficient }, i) => {
      expect(exponent).toBeCloseTo(chinchilla.terms[i]!.exponent, 3);
      expect(coefficient / chinchilla.terms[i]!.coefficient).toBeCloseTo(1, 2);
    });
    expect(spread).toBeLessThan(2e-4);
  });

  it('recovers exponents and floor of noisy runs, and how noisy they are', () => {
    const { law, spread } = fitLaw(runsOf(chinchilla, sizes, lengths, 0.003, 5));
    expect(Math.abs(law.floor - 1.69)).toBeLessThan(0.15);
    law.terms.forEach(({ exponent }, i) =>
      expect(Math.abs(exponent - chinchilla.terms[i]!.exponent)).toBeLessThan(0.04),
    );
    expect(spread).toBeGreaterThan(0.0015);
    expect(spread).toBeLessThan(0.005);
  });

  it('has one term where one quantity varies', () => {
    const { law, freedom } = fitLaw(runsOf(small, [5e4], [2e4, 4e4, 8e4, 1.6e5, 3.2e5]));
    expect(freedom).toBe(2);
    expect(law.floor).toBeCloseTo(1.2, 3);
    expect(law.terms).toHaveLength(1);
    expect(law.terms[0]!.exponent).toBeCloseTo(0.6, 3);
    const bySize = fitLaw(runsOf(chinchilla, sizes, [1e9])).law;
    expect(bySize.terms.map(({ of }) => of)).toEqual(['parameters']);
    expect(bySize.terms[0]!.exponent).toBeCloseTo(0.34, 2);
  });

  it('is not pulled far by one run that went wrong', () => {
    const runs = runsOf(chinchilla, sizes, lengths, 0.002, 3);
    const broken = runs.map((run, i) => (i === 7 ? { ...run, loss: run.loss * 1.5 } : run));
    const { law, residuals } = fitLaw(broken);
    const far = { parameters: 2.5e9, tokens: 1e11 };
    expect(lossAt(law, far) / lossAt(chinchilla, far)).toBeCloseTo(1, 1.5);
    const worst = residuals.reduce(
      (most, value, i) => (Math.abs(value) > Math.abs(residuals[most]!) ? i : most),
      0,
    );
    expect(worst).toBe(7);
  });
});

describe('foretelling', () => {
  const far = { parameters: 5e4, tokens: 1.28e6 };
  const lengths = [2e4, 4e4, 8e4, 1.6e5, 3.2e5];

  it('gives intervals that hold what they promise: four of five new runs lie in them', () => {
    const trials = 60;
    let inside = 0;
    for (let seed = 0; seed < trials; seed++) {
      const runs = runsOf(small, [5e4], lengths, 0.01, seed + 100);
      const random = seeded(seed);
      const { low, high } = foretell(runs, fitLaw(runs), far, () => random.normal());
      const truth = lossAt(small, far) * Math.exp(0.01 * random.normal());
      if (truth >= low && truth <= high) inside++;
    }
    // Two standard deviations of a count of 60 at 0.8.
    expect(inside / trials).toBeGreaterThan(0.69);
    expect(inside / trials).toBeLessThan(0.91);
  });

  it('says the same twice', () => {
    const runs = runsOf(small, [5e4], lengths, 0.01);
    const once = () => {
      const random = seeded(0);
      return foretell(runs, fitLaw(runs), far, () => random.normal());
    };
    expect(once()).toEqual(once());
  });

  it('leaves each run out in turn, and knows nothing where the others make no law', () => {
    const runs = runsOf(small, [5e4], [2e4, 4e4, 8e4, 1.6e5]);
    const found = leftOut(runs, fitLaw(runs));
    found.forEach((loss, i) => expect(loss! / runs[i]!.loss).toBeCloseTo(1, 2));
    const twice = [...runs.slice(0, 3), runs[2]!];
    expect(leftOut(twice, fitLaw(twice)).map((loss) => loss === undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('refusing, with the numbers', () => {
  const refusal = (runs: readonly Observation[]) => {
    try {
      fitLaw(runs);
    } catch (error) {
      return (error as Error).message;
    }
    return 'fitted';
  };

  it.each([
    ['none', [], /^there is no finished run to fit$/],
    [
      'one run',
      runsOf(small, [5e4], [2e4]),
      /^one run of 50\.0 k parameters and 20\.0 k tokens: a law needs runs that differ/,
    ],
    [
      'runs alike',
      runsOf(small, [5e4, 5.1e4], [2e4, 2.02e4]),
      /^4 runs of 50\.0 k parameters and 20\.0 k tokens/,
    ],
    [
      'two lengths',
      runsOf(small, [5e4, 5e4], [2e4, 4e4]),
      /2 different numbers of tokens \(20\.0 k, 40\.0 k\): .* needs 3$/,
    ],
    [
      'three runs',
      runsOf(small, [5e4], [2e4, 4e4, 8e4]),
      /^3 runs for the 3 coefficients .* 4 are the least/,
    ],
    [
      'too few of two quantities',
      runsOf(chinchilla, [1e7, 2e7, 4e7], [1e8, 2e8, 4e8]).filter((_, i) => [0, 1, 3, 5, 7].includes(i)),
      /^5 runs for the 5 coefficients of a law of parameters and tokens: 6 are the least/,
    ],
    [
      'size and tokens in step',
      [1, 2, 4, 8, 16, 32].flatMap((k) => runsOf(chinchilla, [k * 1e7], [k * 1e8])),
      /go together \(correlation 1\.000\)/,
    ],
    [
      'a loss that rises',
      [2e4, 4e4, 8e4, 1.6e5].map((tokens, i) => ({ parameters: 5e4, tokens, loss: 2 * 1.01 ** i })),
      /does not fall with tokens from 20\.0 k to 160 k \(it changes by 1\.0 % where they double\)/,
    ],
  ])('%s', (_, runs, said) => expect(refusal(runs)).toMatch(said));
});
