// Budgets in milliseconds: smaller models are timed on the device until one meets the budget with as much as can stay.
import type { Quartiles } from '../../../runs/latency-report';
import { milliseconds as ms, spreadWords } from '../../budget';
import { type Dial, firstThat, type Kept } from './dial';

/** One smaller model against the dense one, in turns, so that drift of the machine hits both. */
export interface Timing {
  /** Milliseconds of one inference. */
  readonly dense: Quartiles;
  readonly sparse: Quartiles;
  /** Sparse / dense within each round. */
  readonly ratio: Quartiles;
}

export interface Target {
  /** `WASM (embedded CPU)`, `ONNX Runtime 1.30 (CPU, 1 thread)`. */
  readonly name: string;
  /** Times a model of these channels. @param care how long to measure, as a multiple of a first look. */
  time(kept: Kept, care: number): Promise<Timing>;
}

export interface MetTime {
  readonly kept: Kept;
  readonly dense: Quartiles;
  readonly sparse: Quartiles;
  readonly measurements: number;
}

export interface TimeGoal {
  readonly name: string;
  readonly milliseconds: number;
  readonly dial: Dial;
  /** Share of the dense model's MACs that channels leave: what guesses the next step to measure. */
  readonly shareOf: (kept: Kept) => number;
  /** What goes on, before each measurement; throws when cancelled. @param done 0 … 1. */
  readonly onMeasure?: (done: number, what: string) => void;
}

/** Closer than this below the budget nothing is to be won: two measurements of one model differ by as much. */
const tolerance = 0.02;
/** So far below it, something was taken for slow that is not. */
const slack = 3 * tolerance;
/** A machine that has not told by then will not. A quarter as many do on a quiet one. */
const maxMeasurements = 24;
const careful = 3;
/** Of the median, between the quartiles: beyond it the moment was a busy one, and another may be quieter. */
const steady = 0.1;
const maxLooks = 3;

/**
 * Between the dense model and the least, time hangs on MACs almost in a line, so the step to measure next is guessed from
 * the two nearest that are known, as regula falsi does (NetAdapt, Yang et al. 2018, arXiv 1804.03230, measures as it goes
 * too, a layer at a time). What is chosen is measured again, for longer, and where it is far below the budget, so is the next
 * that was too slow. Candidates are told by their ratio to the dense model, which runs in between, times its median over
 * all measurements: a machine that is slower for a while tilts nothing.
 * @throws one line, with what was measured, where the dense model meets the budget, the least does not, or noise hides it.
 */
export async function meetMilliseconds(target: Target, goal: TimeGoal): Promise<MetTime> {
  const { dial, shareOf, milliseconds: budget } = goal;
  const timings: Timing[] = [];
  const denseMs = () => median(timings.map(({ dense }) => dense.median));
  const look = async (step: number, what: string, care = 1): Promise<Known> => {
    goal.onMeasure?.(Math.min(0.95, timings.length / (maxMeasurements / 3)), what);
    const timing = await target.time(dial.kept(step), care);
    timings.push(timing);
    const time = scaled(timing.ratio, denseMs());
    return { step, share: shareOf(dial.kept(step)), time, isSure: care > 1 };
  };

  const what = 'the least that can stay';
  const { dense: first, ratio } = await quietest(async () => {
    await look(dial.steps, what, careful);
    return timings.at(-1)!;
  });
  const share = shareOf(dial.kept(dial.steps));
  const least: Known = { step: dial.steps, share, time: scaled(ratio, first.median), isSure: true };
  requireBetween(goal, target.name, first, least.time);
  // Nearest to the budget last: what is too slow, and what is not.
  const [over, fitting]: [Known[], Known[]] = [[{ step: 0, share: 1, time: first, isSure: true }], [least]];
  // What guesses aim at: the budget, and lower once a longer measurement has shown what short ones are worth here.
  let [limit, sides] = [budget, 0];
  while (timings.length < maxMeasurements) {
    const [slow, fast] = [over.at(-1)!, fitting.at(-1)!];
    // Two misses on one side: the line is bent there, and the middle is a better guess.
    const wanted = Math.abs(sides) >= 2 ? (slow.share + fast.share) / 2 : guess(slow, fast, limit);
    const step =
      fast.time.median < limit * (1 - tolerance)
        ? between(dial, shareOf, wanted, slow.step, fast.step)
        : undefined;
    if (step !== undefined) {
      const known = await look(step, 'a guess');
      const fits = known.time.median <= limit;
      (fits ? fitting : over).push(known);
      sides = fits ? Math.max(1, sides + 1) : Math.min(-1, sides - 1);
    } else if (!fast.isSure) {
      fitting.pop();
      const known = await look(fast.step, 'the one that was chosen', careful);
      if (known.time.median <= budget) fitting.push(known);
      else {
        over.push(known);
        limit -= Math.max(known.time.median - budget, tolerance * budget);
        while (fitting.length > 1 && fitting.at(-1)!.time.median > limit) fitting.pop();
      }
      sides = 0;
    } else if (fast.time.median < limit * (1 - slack) && !slow.isSure) {
      over.pop();
      const known = await look(slow.step, 'the next larger one', careful);
      (known.time.median <= budget ? fitting : over).push(known);
      sides = 0;
    } else break;
  }
  // The first look at the dense model may have been a slow one.
  requireLess(goal, target.name, asMeasured(timings));
  const chosen = fitting.findLast(({ isSure, time }) => isSure && time.median <= budget);
  // All but the least were turned down, after short measurements had let some pass.
  if (!chosen || (chosen === least && limit < budget))
    throw new Error(
      `${goal.name} meets ${budget} ms on ${target.name} in some measurements and not in others: the machine is too busy to tell; try again when it is quieter, or ask for more`,
    );
  return {
    kept: dial.kept(chosen.step),
    ...{ dense: asMeasured(timings), sparse: chosen.time, measurements: timings.length },
  };
}

interface Known {
  readonly step: number;
  /** Of MACs. */
  readonly share: number;
  /** Milliseconds, as the dense model's were when it was measured. */
  readonly time: Quartiles;
  /** Measured for longer. */
  readonly isSure: boolean;
}

/** Rejects with one line where no model between the dense one and this least can meet the budget; before anything is trained. */
export async function requireMilliseconds(
  target: Target,
  goal: Pick<TimeGoal, 'name' | 'milliseconds'>,
  least: Kept,
): Promise<void> {
  const { dense, ratio } = await quietest(() => target.time(least, careful));
  requireBetween(goal, target.name, dense, scaled(ratio, dense.median));
}

/** Of a few measurements the one with the least noise; the first where that has little. */
async function quietest(time: () => Promise<Timing>): Promise<Timing> {
  const noise = ({ ratio, dense }: Timing) =>
    Math.max(...[ratio, dense].map(({ lower, median: middle, upper }) => (upper - lower) / middle));
  let best = await time();
  for (let looks = 1; looks < maxLooks && noise(best) > steady; looks++) {
    const other = await time();
    if (noise(other) < noise(best)) best = other;
  }
  return best;
}

function requireLess(
  { name, milliseconds }: Pick<TimeGoal, 'name' | 'milliseconds'>,
  where: string,
  dense: Quartiles,
): void {
  if (milliseconds < dense.lower) return;
  throw new Error(
    milliseconds >= dense.upper
      ? `${name} takes ${spreadWords(dense)} on ${where} as it is, so ${milliseconds} ms are met with nothing removed: ask for less`
      : `${name} takes ${spreadWords(dense)} on ${where} as it is: ${milliseconds} ms is within the noise of that; ask for less than ${ms(dense.lower)}`,
  );
}

function requireBetween(
  { name, milliseconds }: Pick<TimeGoal, 'name' | 'milliseconds'>,
  where: string,
  dense: Quartiles,
  least: Quartiles,
): void {
  requireLess({ name, milliseconds }, where, dense);
  if (milliseconds <= least.upper)
    throw new Error(
      `${name} takes ${spreadWords(least)} on ${where} with the fewest channels that can stay, and ${spreadWords(dense)} as it is: ` +
        `${milliseconds} ms ${milliseconds < least.lower ? 'cannot be met' : 'is within the noise of that'}; ask for more than ${ms(least.upper)}`,
    );
}

/** The share at which a line through both would be just below the limit. */
function guess(slow: Known, fast: Known, limit: number): number {
  const aim = limit * (1 - tolerance / 2);
  const slope = (slow.time.median - fast.time.median) / (slow.share - fast.share);
  const share = fast.share + (aim - fast.time.median) / slope;
  return Number.isFinite(share) ? share : (slow.share + fast.share) / 2;
}

/** The step strictly between two that leaves about a share; undefined where all between are as wide as one of them. */
function between(
  dial: Dial,
  shareOf: TimeGoal['shareOf'],
  share: number,
  from: number,
  to: number,
): number | undefined {
  const at = (step: number) => shareOf(dial.kept(step));
  const first = (wanted: number) => firstThat(dial, (step) => at(step) <= wanted);
  const [above, below] = [at(from), at(to)];
  const step = Math.max(from + 1, Math.min(to - 1, first(share)));
  if (step <= from || step >= to) return undefined;
  if (at(step) < above && at(step) > below) return step;
  // The guess lies on an end: the nearest that is another model.
  const next = at(step) >= above ? first(above - 1e-12) : first(below + 1e-12) - 1;
  const other = at(step) >= above ? next : Math.max(from, next);
  return other > from && other < to && at(other) < above && at(other) > below ? other : undefined;
}

/** The dense model over all measurements: their median, and the middle half of each. */
function asMeasured(timings: readonly Timing[]): Quartiles {
  const of = (part: keyof Quartiles) => median(timings.map(({ dense }) => dense[part]));
  return { median: of('median'), lower: of('lower'), upper: of('upper') };
}

function scaled({ median: middle, lower, upper }: Quartiles, by: number): Quartiles {
  return { median: middle * by, lower: lower * by, upper: upper * by };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
