// Whether a decay can reach zero in the steps it has: known from rates and weights before the first step of it.

export interface DecayBudget {
  /** Σ η_t α_t: how far a weight can be moved while decay alone decides, about η_t a step. */
  readonly reach: number;
  /** |w| of what is to be decayed: its median, and the bound of 95 % of it. */
  readonly median: number;
  readonly most: number;
}

/** @param rates the learning rate of each step. @param losers |w| of what the masks mark. */
export function decayBudget(rates: readonly number[], losers: Float32Array): DecayBudget {
  const sorted = losers.slice().sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    reach: rates.reduce((sum, rate, t) => sum + (rate * t) / rates.length, 0),
    median: at(0.5),
    most: at(0.95),
  };
}

/** One line where the budget is short; throws it where most weights cannot get to zero at all. */
export function judgeBudget({ reach, median, most }: DecayBudget, steps: number): string | undefined {
  const facts = `${steps} steps of decay move a weight by ${short(reach)} in all, and half of those to be pruned are larger than ${short(median)}, one in twenty larger than ${short(most)}`;
  if (reach < 0.5 * median)
    throw new Error(
      `${facts}: they would be cut off, not decayed; train longer or raise training.learningRate`,
    );
  if (reach < 3 * most)
    return `${facts}: the largest may be cut off; ${Math.ceil((steps * 3 * most) / reach)} steps would be enough`;
  return undefined;
}

const short = (value: number): string => value.toPrecision(2);
