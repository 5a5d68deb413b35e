// Which law some runs can tell of, and the one line that says why they cannot.
import { formatCount } from '../analysis/format';
import type { Observation, Quantity } from './law';

const quantities: readonly Quantity[] = ['parameters', 'tokens'];

/** Values nearer to each other than this share are one: masks of one model differ in a few weights. */
const same = 0.05;
/** Where size and tokens grow together more closely than this, nobody can tell which of the two helped. */
const mostCorrelation = 0.98;
/** A floor, a coefficient and an exponent are three unknowns. */
const fewestLevels = 3;

/** Unknowns of a law with terms in so many quantities: E, and a coefficient and an exponent each. */
export const unknowns = (terms: number): number => 1 + 2 * terms;

/**
 * The quantities that the runs differ in. Throws one line with the numbers where they do not make a law.
 * @param spare runs that there must be beyond the number of coefficients.
 */
export function varying(runs: readonly Observation[], spare: number): Quantity[] {
  const levels = new Map(quantities.map((of) => [of, levelsOf(runs.map((run) => run[of]))]));
  const found = quantities.filter((of) => levels.get(of)!.length > 1);
  const [first] = runs;
  if (!first) throw new Error('there is no finished run to fit');
  if (found.length === 0)
    throw new Error(
      `${counted(runs)} of ${formatCount(first.parameters)} parameters and ${formatCount(first.tokens)} tokens: a law needs runs that differ in size or in tokens`,
    );
  for (const of of found) {
    const values = levels.get(of)!;
    if (values.length < fewestLevels)
      throw new Error(
        `the runs have ${values.length} different numbers of ${of} (${values.map(formatCount).join(', ')}): a law of ${of} needs ${fewestLevels}`,
      );
  }
  const fewest = unknowns(found.length) + spare;
  if (runs.length < fewest)
    throw new Error(
      `${counted(runs)} for the ${unknowns(found.length)} coefficients of a law of ${found.join(' and ')}: ${fewest} are the least, so that its error can be told`,
    );
  const slopes = slopesOf(runs, found);
  found.forEach((of, i) => {
    if (slopes[i]! < 0) return;
    const [low, high] = [levels.get(of)![0]!, levels.get(of)!.at(-1)!];
    throw new Error(
      `the loss does not fall with ${of} from ${formatCount(low)} to ${formatCount(high)} (it changes by ${((2 ** slopes[i]! - 1) * 100).toFixed(1)} % where they double): there is no law to fit`,
    );
  });
  return found;
}

const counted = (runs: readonly Observation[]): string =>
  runs.length === 1 ? 'one run' : `${runs.length} runs`;

/** Ascending; those that are nearly alike once. */
export function levelsOf(values: readonly number[]): number[] {
  const levels: number[] = [];
  for (const value of [...values].sort((a, b) => a - b))
    if (levels.length === 0 || value > levels.at(-1)! * (1 + same)) levels.push(value);
  return levels;
}

/** Slopes of ln L on ln x by ordinary least squares. */
function slopesOf(runs: readonly Observation[], found: readonly Quantity[]): number[] {
  const y = centred(runs.map(({ loss }) => Math.log(loss)));
  const [x, z] = found.map((of) => centred(runs.map((run) => Math.log(run[of]))));
  const [xx, xy] = [dot(x!, x!), dot(x!, y)];
  if (!z) return [xy / xx];
  const [zz, zy, xz] = [dot(z, z), dot(z, y), dot(x!, z)];
  const correlation = xz / Math.sqrt(xx * zz);
  if (Math.abs(correlation) > mostCorrelation)
    throw new Error(
      `size and tokens of the runs go together (correlation ${correlation.toFixed(3)}): which of them the loss falls with cannot be told; add a run of another size with the same tokens`,
    );
  const det = xx * zz - xz * xz;
  return [(xy * zz - zy * xz) / det, (zy * xx - xy * xz) / det];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}
