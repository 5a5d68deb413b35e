// Head sparsity: whole attention heads go, and the projections become smaller.
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern } from '../pattern';
import { keepHighest } from './keep-highest';

/** `head 64`: every 64 consecutive outputs of a projection are one head. Throws where the size is none. */
export function head(size: number): Pattern {
  if (!Number.isInteger(size) || size < 1)
    throw new Error(`head ${size} is no pattern: a head has one output at least`);
  return {
    ...{ id: `head ${size}`, label: 'head', kind: 'structure', sparsity: { min: 0, max: 0.99 } },
    fits({ rows }) {
      if (rows % size !== 0) return misfit(`its ${rows} outputs are not divisible into heads of ${size}`);
      return rows > size ? fits : misfit(`its ${rows} outputs are a single head`);
    },

    /** Keeps the heads with the largest sums of scores, one at least. Equal sums fall to the first. */
    mask(scores, { rows, cols }, density) {
      if (rows % size !== 0) throw new Error(`${rows} outputs do not divide into heads of ${size}`);
      const [each, count] = [size * cols, rows / size];
      const sums = new Float64Array(count);
      scores.forEach((score, i) => (sums[Math.floor(i / each)]! += score));
      const kept = keepHighest(sums, Math.max(1, Math.round(density * count)));
      return packMask(
        [rows, cols],
        Uint8Array.from(scores, (_, i) => kept[Math.floor(i / each)]!),
      );
    },

    /** A smaller dense weight needs no metadata: the bytes of the rows that it is asked about. */
    bytes: ({ rows, cols }, dtype) => rows * cols * bytesPerElement[dtype],
  };
}
