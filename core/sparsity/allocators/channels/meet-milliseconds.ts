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
/** Guesses before the best found so far is confirmed: each halves what is left at least every other time. */
const maxGuesses = 10;
/** Choices that a longer measurement may turn down before the machine is called too unsteady. */
const maxConfirmations = 4;
const careful = 3;

/**
 * Between the dense model and the least, time hangs on MACs almost in a line, so the step to measure next is guessed from
 * the two nearest that are known, as regula falsi does (NetAdapt, Yang et al. 2018, arXiv 1804.03230, measures as it goes
 * too, a layer at a time). What is chosen is measured again, for longer. Candidates are told by their ratio to the dense
 * model, which runs in between, times its median over all measurements: a machine that is slower for a while tilts nothing.
 * @throws one line, with what was measured, where the dense model meets the budget, the least does not, or noise hides it.
 */
export async function meetMilliseconds(target: Target, goal: TimeGoal): Promise<MetTime> {
  const { dial, shareOf, milliseconds: budget } = goal;
  const timings: Timing[] = [];
  const time = async (step: number, what: string, care = 1): Promise<Timing> => {
    goal.onMeasure?.(Math.min(0.95, timings.length / (maxGuesses / 2 + 2)), what);
    const timing = await target.time(dial.kept(step), care);
    timings.push(timing);
    return timing;
  };
  const denseMs = () => median(timings.map(({ dense }) => dense.median));
  const inMs = ({ ratio }: Timing): Quartiles => scaled(ratio, denseMs());

  const least = await time(dial.steps, 'the least that can stay', careful);
  requireBetween(goal, target.name, least.dense, inMs(least));
  let over: Known = { step: 0, share: 1, time: least.dense.median };
  const fitting: Known[] = [
    { step: dial.steps, share: shareOf(dial.kept(dial.steps)), time: inMs(least).median },
  ];

  // What guesses aim at: the budget, and lower once a longer measurement has shown what short ones are worth here.
  let [limit, guesses, sides] = [budget, 0, 0];
  for (let confirmed = 0; confirmed < maxConfirmations; confirmed++) {
    for (; guesses < maxGuesses; guesses++) {
      const under = fitting.at(-1)!;
      if (under.time >= limit * (1 - tolerance)) break;
      // Two misses on one side: the line is bent there, and the middle is a better guess.
      const wanted = Math.abs(sides) >= 2 ? (over.share + under.share) / 2 : guess(over, under, limit);
      const step = between(dial, shareOf, wanted, over.step, under.step);
      if (step === undefined) break;
      const known = { step, share: shareOf(dial.kept(step)), time: inMs(await time(step, 'a guess')).median };
      if (known.time <= limit) fitting.push(known);
      else over = known;
      sides = known.time <= limit ? Math.max(1, sides + 1) : Math.min(-1, sides - 1);
    }
    const chosen = fitting.at(-1)!;
    const timing = await time(chosen.step, 'the one that was chosen', careful);
    const sparse = inMs(timing);
    // The first look at the dense model may have been a slow one.
    requireLess(goal, target.name, asMeasured(timings));
    if (sparse.median <= budget)
      return {
        kept: dial.kept(chosen.step),
        ...{ dense: scaled(timing.dense, denseMs() / timing.dense.median), sparse },
        measurements: timings.length,
      };
    limit -= Math.max(sparse.median - budget, tolerance * budget);
    over = { ...chosen, time: sparse.median };
    while (fitting.length > 1 && fitting.at(-1)!.time > limit) fitting.pop();
    if (fitting.at(-1)!.step <= over.step) break;
    [guesses, sides] = [maxGuesses - 3, 0];
  }
  throw new Error(
    `${goal.name} met ${budget} ms on ${target.name} in short measurements, and not in longer ones: the machine is too busy to tell, or ask for more`,
  );
}

/** Rejects with one line where no model between the dense one and this least can meet the budget; before anything is trained. */
export async function requireMilliseconds(
  target: Target,
  goal: Pick<TimeGoal, 'name' | 'milliseconds'>,
  least: Kept,
): Promise<void> {
  const { dense, ratio } = await target.time(least, careful);
  requireBetween(goal, target.name, dense, scaled(ratio, dense.median));
}

interface Known {
  readonly step: number;
  readonly share: number;
  readonly time: number;
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
function guess(over: Known, under: Known, limit: number): number {
  const aim = limit * (1 - tolerance / 2);
  const slope = (over.time - under.time) / (over.share - under.share);
  const share = under.share + (aim - under.time) / slope;
  return Number.isFinite(share) ? share : (over.share + under.share) / 2;
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
