// Robust nonlinear least squares of few unknowns: Levenberg–Marquardt steps on Huber's loss, within bounds.

export interface Problem {
  /** Where the search begins. */
  readonly start: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Residuals at a place, and for each the derivatives by all unknowns. */
  readonly residuals: (at: readonly number[]) => {
    readonly values: readonly number[];
    readonly jacobian: readonly (readonly number[])[];
  };
  /** Residuals beyond this count by their size, not by its square (Huber 1964). */
  readonly delta: number;
}

export interface Solution {
  readonly at: readonly number[];
  /** Σ of Huber's loss. */
  readonly cost: number;
}

const [mostSteps, enough] = [200, 1e-12];

/** The local minimum that the start leads to. Deterministic; ends after 200 steps at the latest. */
export function minimise({ start, low, high, residuals, delta }: Problem): Solution {
  const bounded = (at: readonly number[]) => at.map((x, i) => Math.min(high[i]!, Math.max(low[i]!, x)));
  let at = bounded(start);
  let { values, jacobian } = residuals(at);
  let cost = huber(values, delta);
  let damping = 1e-3;
  for (let step = 0; step < mostSteps && damping < 1e12; step++) {
    const weights = values.map((value) => Math.min(1, delta / Math.max(Math.abs(value), 1e-300)));
    const move = normalStep(values, jacobian, weights, damping);
    const next = bounded(at.map((x, i) => x + move[i]!));
    const found = residuals(next);
    const better = huber(found.values, delta);
    if (!(better < cost)) {
      damping *= 4;
      continue;
    }
    const gain = (cost - better) / cost;
    [at, cost, values, jacobian] = [next, better, found.values, found.jacobian];
    damping = Math.max(damping / 4, 1e-12);
    if (gain < enough) break;
  }
  return { at, cost };
}

const huber = (values: readonly number[], delta: number): number =>
  values.reduce((sum, value) => {
    const size = Math.abs(value);
    return sum + (size <= delta ? (size * size) / 2 : delta * (size - delta / 2));
  }, 0);

/** Solves (JᵀWJ + damping·diag) move = −JᵀWr. */
function normalStep(
  values: readonly number[],
  jacobian: readonly (readonly number[])[],
  weights: readonly number[],
  damping: number,
): number[] {
  const size = jacobian[0]?.length ?? 0;
  const rows = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) =>
      values.reduce(
        (sum, value, k) => sum + weights[k]! * jacobian[k]![i]! * (j < size ? jacobian[k]![j]! : -value),
        0,
      ),
    ),
  );
  // An unknown that nothing hangs on has an empty column: the small number keeps it where it is.
  rows.forEach((row, i) => (row[i]! += damping * row[i]! + 1e-15));
  return solved(rows);
}

/** Gaussian elimination with pivots, of rows that end in their right side. */
function solved(rows: number[][]): number[] {
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    const pivot = rows.reduce(
      (best, row, k) => (k > i && Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? k : best),
      i,
    );
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = i + 1; k < size; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= size; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  const out = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const known = out.reduce((sum, x, j) => sum + (j > i ? rows[i]![j]! * x : 0), 0);
    const x = (rows[i]![size]! - known) / rows[i]![i]!;
    out[i] = Number.isFinite(x) ? x : 0;
  }
  return out;
}
