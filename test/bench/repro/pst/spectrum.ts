// How much of a matrix a few numbers tell: the share of its energy in its largest singular values, and in means of rows and columns.
import { seeded } from '../../../../training/executor/random';

/** Σ σ² of the `rank` largest singular values over Σ σ² of all. @param values rows × cols, row-major. */
export function topShare(values: Float32Array, rows: number, cols: number, rank: number): number {
  const squares = eigenvalues(gram(values, rows, cols)).sort((a, b) => b - a);
  const sum = (of: readonly number[]) => of.reduce((total, value) => total + value, 0);
  return sum(squares.slice(0, rank)) / sum(squares);
}

/** The share of the variance that a number a row and a number a column explain. */
export function additiveShare(values: Float32Array, rows: number, cols: number): number {
  const [row, col] = [new Float64Array(rows), new Float64Array(cols)];
  let all = 0;
  values.forEach((value, i) => {
    row[Math.floor(i / cols)]! += value / cols;
    col[i % cols]! += value / rows;
    all += value / values.length;
  });
  let [explained, total] = [0, 0];
  values.forEach((value, i) => {
    explained += (row[Math.floor(i / cols)]! + col[i % cols]! - 2 * all) ** 2;
    total += (value - all) ** 2;
  });
  return explained / total;
}

export function shuffled(values: Float32Array, seed: number): Float32Array {
  const random = seeded(seed);
  const out = values.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** M Mᵀ. */
function gram(values: Float32Array, rows: number, cols: number): Float64Array[] {
  const out = Array.from({ length: rows }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += values[i * cols + k]! * values[j * cols + k]!;
      out[i]![j] = out[j]![i] = sum;
    }
  return out;
}

/** Of a symmetric matrix, by Jacobi's rotations in rows; the matrix is spent. */
function eigenvalues(m: Float64Array[]): number[] {
  const n = m.length;
  const trace = m.reduce((sum, row, i) => sum + row[i]!, 0);
  for (let sweep = 0; sweep < 20; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        off += m[p]![q]! ** 2;
        rotate(m, p, q);
      }
    if (Math.sqrt(off) <= 1e-9 * trace) break;
  }
  return m.map((row, i) => row[i]!);
}

/** Makes the entry at p, q zero. */
function rotate(m: Float64Array[], p: number, q: number): void {
  const apq = m[p]![q]!;
  if (apq === 0) return;
  const theta = (m[q]![q]! - m[p]![p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of m) {
    const [a, b] = [row[p]!, row[q]!];
    [row[p], row[q]] = [c * a - s * b, s * a + c * b];
  }
  const [mp, mq] = [m[p]!, m[q]!];
  for (let k = 0; k < m.length; k++) {
    const [a, b] = [mp[k]!, mq[k]!];
    [mp[k], mq[k]] = [c * a - s * b, s * a + c * b];
  }
}
