// What a fitted law foretells, how far off that may be, and how far off it was of runs that it had not seen.
import { deltaOf, type Fitted, lawOf, refit } from './fit';
import { lossAt, type Observation, type Place } from './law';

export interface Foretold {
  readonly place: Place;
  /** In the loss's unit: of the law, and between which one such run would lie in four of five cases. */
  readonly loss: number;
  readonly low: number;
  readonly high: number;
}

const [draws, lowShare, highShare] = [400, 0.1, 0.9] as const;

/**
 * A parametric bootstrap: losses are drawn anew around the law with an error as large as was found, the law is fitted
 * to each draw, and a run of that law is drawn. How large the error is is itself uncertain with few runs, so its size is
 * drawn too, from χ² at the degrees of freedom that are left.
 * @param normal draws from the standard normal distribution.
 */
export function foretell(
  runs: readonly Observation[],
  { law, spread, freedom }: Fitted,
  place: Place,
  normal: () => number,
): Foretold {
  const found = Array.from({ length: draws }, () => {
    let chi = 0;
    for (let i = 0; i < freedom; i++) chi += normal() ** 2;
    const own = Math.min(1, spread * Math.sqrt(freedom / Math.max(chi, 1e-6)));
    const drawn = runs.map((run) => ({ ...run, loss: lossAt(law, run) * Math.exp(own * normal()) }));
    return lossAt(refit(drawn, law, deltaOf(own)), place) * Math.exp(own * normal());
  }).sort((a, b) => a - b);
  const at = (share: number) => found[Math.round(share * (draws - 1))]!;
  return { place, loss: lossAt(law, place), low: at(lowShare), high: at(highShare) };
}

/** For each run, what the law of all others foretells of it; undefined where the others make no law. */
export const leftOut = (runs: readonly Observation[], { spread }: Fitted): (number | undefined)[] =>
  runs.map((run, i) => {
    const others = runs.filter((_, j) => j !== i);
    try {
      return lossAt(lawOf(others, deltaOf(spread)), run);
    } catch {
      return undefined;
    }
  });
