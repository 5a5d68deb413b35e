// Channel sparsity: whole output channels go, and the tensors become smaller.
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern } from '../pattern';

/** Whether the channels can really be removed also depends on the prune group: analysis joins the two answers. */
export const channel: Pattern = {
  id: 'channel',
  label: 'channel',
  kind: 'structure',
  sparsity: { min: 0, max: 0.99 },
  fits: ({ rows }) => (rows > 1 ? fits : misfit('has a single output channel')),

  /** Keeps the rows with the largest sums of scores, one at least. Equal sums fall to the lower row. */
  mask(scores, { rows, cols }, density) {
    const sums = Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let i = row * cols; i < (row + 1) * cols; i++) sum += scores[i]!;
      return Number.isNaN(sum) ? -Infinity : sum;
    });
    const best = sums
      .map((_, row) => row)
      .sort((a, b) => (sums[a] === sums[b] ? a - b : sums[b]! - sums[a]!));
    const keep = new Uint8Array(rows * cols);
    const count = Math.min(rows, Math.max(1, Math.round(density * rows)));
    for (const row of best.slice(0, count)) keep.fill(1, row * cols, (row + 1) * cols);
    return packMask([rows, cols], keep);
  },

  /** A smaller dense weight needs no metadata: the bytes of the rows that it is asked about. */
  bytes: ({ rows, cols }, dtype) => rows * cols * bytesPerElement[dtype],
};
