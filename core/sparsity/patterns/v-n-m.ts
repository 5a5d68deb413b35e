// V:N:M sparsity: V rows agree on four of every M columns, and each row keeps N of the four (Castro et al. 2023, VENOM, arXiv 2310.02065).
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern } from '../pattern';
import { keepHighest } from './keep-highest';

/** What sparse tensor cores take at a time: columns that a block of V × M keeps. */
const lanes = 4;

/** Makes the pattern for V ≥ 2 rows and N of M columns, 0 < N < 4 < M. The target density is N/M. */
export function vnm(v: number, n: number, m: number): Pattern {
  const id = `${v}:${n}:${m}`;
  if (![v, n, m].every(Number.isInteger) || v < 2 || n < 1 || n >= lanes || m <= lanes)
    throw new Error(`${id} is no V:N:M pattern: V is 2 at least, N from 1 to 3 and M above 4`);
  const sparsity = 1 - n / m;
  return {
    ...{ id, label: id, kind: 'weight', sparsity: { min: sparsity, max: sparsity }, group: m },
    fits({ rows, cols, reduction }) {
      const inputs = reduction?.at(-1) ?? cols;
      if (rows % v !== 0) return misfit(`its ${rows} outputs are not divisible by ${v}`);
      return inputs % m === 0 ? fits : misfit(`its ${inputs} inputs are not divisible by ${m}`);
    },

    /** While the density is above N/M, only as many blocks are pruned as it takes, those first that lose the least score. */
    mask(scores, { rows, cols }, density) {
      if (rows % v !== 0 || cols % m !== 0)
        throw new Error(`a weight of ${rows} × ${cols} does not divide into blocks of ${v} × ${m}`);
      const [blocks, across] = [(rows / v) * (cols / m), cols / m];
      const wanted = Math.round((1 - density) / (sparsity / blocks));
      const kept = Array.from({ length: blocks }, (_, at) => {
        const start = Math.floor(at / across) * v * cols + (at % across) * m;
        return { start, keep: keepInBlock(scores, start, cols) };
      });
      const gains = kept.map(({ start, keep }) => -lossOf(scores, start, cols, keep));
      const pruned = keepHighest(gains, wanted);
      const out = new Uint8Array(scores.length).fill(1);
      kept.forEach(({ start, keep }, at) => {
        if (pruned[at]) keep.forEach((bit, i) => (out[start + Math.floor(i / m) * cols + (i % m)] = bit));
      });
      return packMask([rows, cols], out);
    },

    /** Values, two bits for each, and the four columns of each block. */
    bytes({ rows, cols }, dtype) {
      const blocks = Math.ceil(rows / v) * Math.ceil(cols / m);
      const kept = blocks * v * n;
      const columns = Math.ceil((blocks * lanes * Math.ceil(Math.log2(m))) / 8);
      return kept * bytesPerElement[dtype] + Math.ceil((kept * 2) / 8) + columns;
    },
  };

  /** V × M entries, 1 keeps: the four columns with the largest sums, and in each row the N largest of those. */
  function keepInBlock(scores: Float32Array, start: number, cols: number): Uint8Array {
    const at = (row: number, col: number) => scores[start + row * cols + col]!;
    const sums = Array.from({ length: m }, (_, col) => {
      let sum = 0;
      for (let row = 0; row < v; row++) sum += at(row, col);
      return sum;
    });
    const chosen = keepHighest(sums, lanes);
    const columns = sums.flatMap((_, col) => (chosen[col] ? [col] : []));
    const keep = new Uint8Array(v * m);
    for (let row = 0; row < v; row++) {
      const best = keepHighest(
        columns.map((col) => at(row, col)),
        n,
      );
      columns.forEach((col, i) => (keep[row * m + col] = best[i]!));
    }
    return keep;
  }

  function lossOf(scores: Float32Array, start: number, cols: number, keep: Uint8Array): number {
    let loss = 0;
    keep.forEach((bit, i) => {
      const score = scores[start + Math.floor(i / m) * cols + (i % m)]!;
      if (!bit && !Number.isNaN(score)) loss += score;
    });
    return loss;
  }
}
