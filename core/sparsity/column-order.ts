// An order of columns in which an N:M pattern keeps more of a matrix (Pool & Yu 2021, Channel Permutations for N:M Sparsity).

export interface ColumnOrder {
  /** Place i gets what was column `order[i]`. */
  readonly order: Uint32Array;
  /** Σ |w| that the N largest of every M keep, before and after. */
  readonly before: number;
  readonly after: number;
}

export interface Search {
  readonly n: number;
  readonly m: number;
  /** Uniform in [0, 1): chooses the rows that swaps are proposed by. */
  readonly random: () => number;
  /** Groups of M values that may be looked at: about a second for 10⁸. */
  readonly budget?: number;
}

/** Swaps are proposed by so many rows, and made only if all rows together gain. */
const sampledRows = 256;
const usualBudget = 3e8;

/**
 * Greedy swaps of two columns between two groups of M, while any gains (section 4.1, "channel swap"), over and over all
 * pairs of groups until none is left or the budget is spent. Never worse than the order as it is; deterministic.
 * @param columns |w|, one array of all rows a column; their number divides by M.
 */
export function columnOrder(
  columns: readonly Float32Array[],
  { n, m, random, budget = usualBudget }: Search,
): ColumnOrder {
  const rows = columns[0]?.length ?? 0;
  if (columns.length % m !== 0)
    throw new Error(`${columns.length} columns do not divide into groups of ${m}`);
  const order = Uint32Array.from(columns.keys());
  const sample = sampleOf(columns, rows, random);
  const stripes = columns.length / m;
  const kept = (of: readonly Float32Array[], stripe: number) => keptIn(pick(of, order, stripe, m), n);
  const exact = Float64Array.from({ length: stripes }, (_, stripe) => kept(columns, stripe));
  const near = Float64Array.from({ length: stripes }, (_, stripe) => kept(sample, stripe));
  const before = sum(exact);
  let left = budget - rows * stripes;
  /** The round in which a group last changed: pairs that did not change since they were looked at are left alone. */
  const changed = new Uint32Array(stripes);
  for (let round = 1, gained = true; gained && left > 0; round++) {
    gained = false;
    for (let a = 0; a < stripes && left > 0; a++)
      for (let b = a + 1; b < stripes && left > 0; b++) {
        if (round > 1 && changed[a]! < round - 1 && changed[b]! < round - 1) continue;
        left -= 2 * m * m * (sample[0]?.length ?? 0);
        const swap = bestSwap(sample, order, a, b, near[a]! + near[b]!, n, m);
        if (!swap) continue;
        exchange(order, swap);
        left -= 2 * rows;
        const [wholeA, wholeB] = [kept(columns, a), kept(columns, b)];
        if (wholeA + wholeB <= (exact[a]! + exact[b]!) * (1 + leastGain)) {
          exchange(order, swap);
          continue;
        }
        [exact[a], exact[b]] = [wholeA, wholeB];
        [near[a], near[b]] = [kept(sample, a), kept(sample, b)];
        [changed[a], changed[b]] = [round, round];
        gained = true;
      }
  }
  return { order, before, after: sum(exact) };
}

/** What rounding could make of nothing is no gain. */
const leastGain = 1e-9;

type Swap = readonly [from: number, to: number];

function exchange(order: Uint32Array, [i, j]: Swap): void {
  [order[i], order[j]] = [order[j]!, order[i]!];
}

/** The places of two columns whose exchange gains most by the sample. */
function bestSwap(
  sample: readonly Float32Array[],
  order: Uint32Array,
  a: number,
  b: number,
  now: number,
  n: number,
  m: number,
): Swap | undefined {
  let [best, most]: [Swap | undefined, number] = [undefined, now * (1 + leastGain)];
  const [left, right] = [pick(sample, order, a, m), pick(sample, order, b, m)];
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) {
      [left[i], right[j]] = [right[j]!, left[i]!];
      const found = keptIn(left, n) + keptIn(right, n);
      [left[i], right[j]] = [right[j]!, left[i]!];
      if (found > most) [best, most] = [[a * m + i, b * m + j], found];
    }
  return best;
}

const pick = (
  columns: readonly Float32Array[],
  order: Uint32Array,
  stripe: number,
  m: number,
): Float32Array[] => Array.from({ length: m }, (_, i) => columns[order[stripe * m + i]!]!);

/** Σ over rows of the n largest of the columns. */
function keptIn(columns: readonly Float32Array[], n: number): number {
  if (n === 2 && columns.length === 4) return twoOfFour(columns);
  const values = new Float32Array(columns.length);
  let total = 0;
  for (let row = 0; row < columns[0]!.length; row++) {
    columns.forEach((column, i) => (values[i] = column[row]!));
    values.sort();
    for (let i = values.length - n; i < values.length; i++) total += values[i]!;
  }
  return total;
}

function twoOfFour([a, b, c, d]: readonly Float32Array[]): number {
  let total = 0;
  for (let row = 0; row < a!.length; row++) {
    const [w, x, y, z] = [a![row]!, b![row]!, c![row]!, d![row]!];
    const [high, low] = w > x ? [w, x] : [x, w];
    const [top, under] = y > z ? [y, z] : [z, y];
    // The two largest are one of each pair, or a whole pair.
    total += Math.max(high + top, high + low, top + under);
  }
  return total;
}

/** The same rows of every column, drawn without replacement; all of them where there are few. */
function sampleOf(
  columns: readonly Float32Array[],
  rows: number,
  random: () => number,
): readonly Float32Array[] {
  if (rows <= sampledRows) return columns;
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let i = 0; i < sampledRows; i++) {
    const j = i + Math.floor(random() * (rows - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  const chosen = all.slice(0, sampledRows).sort();
  return columns.map((column) => Float32Array.from(chosen, (row) => column[row]!));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
