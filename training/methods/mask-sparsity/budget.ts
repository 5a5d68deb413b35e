// Whether the penalty can bring a scale from one to zero in the steps it has: λ · Σ rate / (1 − momentum), known before the run.

/** Of SGD with momentum, as the method is published. */
export const momentum = 0.9;
/** Below it most doomed scales stay far from zero, and the cut takes accuracy that training should have moved away. */
export const enough = 5;
/** Below it the run is refused: scales would end above a half of where they begin. */
export const least = 2.5;
/** What λ is chosen for where the recipe leaves it to us. */
const wanted = 6;

/** How far a constant pull of λ moves a scale over steps of these learning rates. */
export const lambdaBudget = (lambda: number, rates: readonly number[]): number =>
  (lambda * rates.reduce((sum, rate) => sum + rate, 0)) / (1 - momentum);

/** The λ that moves a scale from one to zero and stays there for a while. */
export const lambdaFor = (rates: readonly number[]): number => wanted / lambdaBudget(1, rates);

/** One line where the budget is short; throws it where it is far too short. */
export function judgeLambda(lambda: number, rates: readonly number[]): string | undefined {
  const budget = lambdaBudget(lambda, rates);
  if (budget >= enough) return undefined;
  const facts = `lambda ${short(lambda)} over ${rates.length} steps at a mean rate of ${short(mean(rates))} moves a scale by ${short(budget)}`;
  const mend = `lambda ${short((lambda * enough) / budget)} or ${Math.ceil((rates.length * enough) / budget)} steps move it by ${enough}`;
  if (budget < least)
    throw new Error(
      `${facts}, less than the ${least} that scales need to get from 1 to 0 (a pull that weakens with the rate): ${mend}`,
    );
  return `${facts}; the largest doomed scales may be cut off before they are silent: ${mend}`;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const short = (value: number): string => String(Number(value.toPrecision(2)));
