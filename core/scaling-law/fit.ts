// Fits a scaling law to runs: from several starts, on logarithms, with a loss that one odd run cannot pull far.
import { type Law, lossAt, type Observation, type Quantity } from './law';
import { minimise, type Problem, type Solution } from './least-squares';
import { unknowns, varying } from './require';

export interface Fitted {
  readonly law: Law;
  /** ln fitted − ln measured, one a run. */
  readonly residuals: readonly number[];
  /** Standard deviation of ln L around the law, at the degrees of freedom that are left. */
  readonly spread: number;
  /** Runs less coefficients. */
  readonly freedom: number;
}

/** Huber's constant: 95 % as efficient as least squares where errors are normal. */
const huber = 1.345;
/** What residuals are cut at before their size is known: one percent of the loss. */
const firstDelta = 0.01;
/** Nobody measures a loss to less than a hundredth of a percent. */
const leastSpread = 1e-4;

const exponents = [0.05, 0.2, 0.5, 1, 2] as const;
const floors = [0.02, 0.5, 0.95] as const;
/** Of exponents. Flatter than this is a constant, steeper than this is over after the first run. */
const [flattest, steepest] = [0.01, 4] as const;

/** Throws one line with the numbers where the runs are too few or too much alike. */
export function fitLaw(runs: readonly Observation[]): Fitted {
  const of = varying(runs, 1);
  const freedom = runs.length - unknowns(of.length);
  const curve = new Curve(runs, of);
  let delta = firstDelta;
  let at = curve.fromEverywhere(delta);
  // How far residuals spread tells where to cut them, and cutting changes how far they spread.
  for (let round = 0; round < 5; round++) {
    const values = curve.residuals(at).values;
    const middle = median(values.map(Math.abs)) * 1.4826 * Math.sqrt(runs.length / freedom);
    delta = huber * Math.max(middle, leastSpread);
    at = curve.from(at, delta).at;
  }
  const law = curve.law(at);
  const residuals = runs.map((run) => Math.log(lossAt(law, run)) - Math.log(run.loss));
  const cut = residuals.reduce((sum, value) => sum + Math.min(value * value, delta * delta), 0);
  return { law, residuals, spread: Math.max(leastSpread, Math.sqrt(cut / freedom)), freedom };
}

/** As {@link fitLaw}, also where there are no more runs than coefficients and the law goes through all of them. */
export function lawOf(runs: readonly Observation[], delta: number): Law {
  const curve = new Curve(runs, varying(runs, 0));
  return curve.law(curve.fromEverywhere(delta));
}

/** The law of other losses of the same runs, begun at one that is known to be near. */
export function refit(runs: readonly Observation[], near: Law, delta: number): Law {
  const curve = new Curve(
    runs,
    near.terms.map((term) => term.of),
  );
  return curve.law(curve.from(curve.place(near), delta).at);
}

/** Where residuals are cut when errors of ln L have this standard deviation. */
export const deltaOf = (spread: number): number => huber * spread;

/** ln L as a function of ln E and, for each quantity, the logarithms of its term at the middle run and of its exponent. */
class Curve {
  private readonly middles: readonly number[];

  constructor(
    private readonly runs: readonly Observation[],
    private readonly of: readonly Quantity[],
  ) {
    // Around the middle of the runs, coefficient and exponent hardly hang on each other.
    this.middles = of.map(
      (quantity) => runs.reduce((sum, run) => sum + Math.log(run[quantity]), 0) / runs.length,
    );
  }

  residuals(at: readonly number[]) {
    const jacobian: number[][] = [];
    const values = this.runs.map((run) => {
      const floor = Math.exp(at[0]!);
      const terms = this.of.map((quantity, k) => {
        const [exponent, x] = [Math.exp(at[2 + 2 * k]!), Math.log(run[quantity]) - this.middles[k]!];
        return { value: Math.exp(at[1 + 2 * k]! - exponent * x), slope: -exponent * x };
      });
      const total = terms.reduce((sum, { value }) => sum + value, floor);
      jacobian.push([
        floor / total,
        ...terms.flatMap(({ value, slope }) => [value / total, (value * slope) / total]),
      ]);
      return Math.log(total) - Math.log(run.loss);
    });
    return { values, jacobian };
  }

  from(start: readonly number[], delta: number): Solution {
    return minimise(this.problem(start, delta));
  }

  /** The best of the minima that a grid of starts leads to. */
  fromEverywhere(delta: number): readonly number[] {
    const least = Math.min(...this.runs.map(({ loss }) => loss));
    const mean = this.runs.reduce((sum, { loss }) => sum + loss, 0) / this.runs.length;
    let best: Solution | undefined;
    for (const share of floors)
      for (const first of exponents)
        for (const second of this.of.length > 1 ? exponents : [1]) {
          const floor = share * least;
          const term = Math.log((mean - floor) / this.of.length);
          const start = [Math.log(floor), term, Math.log(first), term, Math.log(second)];
          const found = this.from(start.slice(0, unknowns(this.of.length)), delta);
          if (!best || found.cost < best.cost) best = found;
        }
    return best!.at;
  }

  law(at: readonly number[]): Law {
    return {
      floor: Math.exp(at[0]!),
      terms: this.of.map((quantity, k) => {
        const exponent = Math.exp(at[2 + 2 * k]!);
        return {
          of: quantity,
          coefficient: Math.exp(at[1 + 2 * k]! + exponent * this.middles[k]!),
          exponent,
        };
      }),
    };
  }

  /** Where {@link law} has this one. */
  place({ floor, terms }: Law): number[] {
    return [
      Math.log(floor),
      ...terms.flatMap(({ coefficient, exponent }, k) => [
        Math.log(coefficient) - exponent * this.middles[k]!,
        Math.log(exponent),
      ]),
    ];
  }

  private problem(start: readonly number[], delta: number): Problem {
    const losses = this.runs.map(({ loss }) => Math.log(loss));
    const [low, high] = [Math.min(...losses), Math.max(...losses)];
    // A term less than a ten-thousandth of the loss is none; more than the largest loss it cannot be at the middle.
    const size = [low - 9.2, high + 0.7];
    const bounds = this.of.flatMap(() => [size, [Math.log(flattest), Math.log(steepest)]]);
    const all = [[low - 9.2, low], ...bounds];
    return {
      start,
      delta,
      low: all.map(([least]) => least!),
      high: all.map(([, most]) => most!),
      residuals: (at) => this.residuals(at),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
