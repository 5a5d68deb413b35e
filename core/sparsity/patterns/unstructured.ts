// Unstructured sparsity: any weight may go. What every other pattern's accuracy is held against.
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern } from '../pattern';
import { keepHighest } from './keep-highest';

export const unstructured: Pattern = {
  id: 'unstructured',
  label: 'unstructured',
  kind: 'weight',
  sparsity: { min: 0, max: 0.99 },
  fits: ({ rows, cols }) => (rows * cols > 1 ? fits : misfit('has a single weight')),
  mask: (scores, { rows, cols }, density) =>
    packMask([rows, cols], keepHighest(scores, Math.round(density * rows * cols))),

  /** CSR at the density asked for, with 2-byte column indices where they reach and a 4-byte start a row. */
  bytes({ rows, cols }, dtype, density = 1) {
    const index = cols <= 1 << 16 ? 2 : 4;
    return Math.round(density * rows * cols) * (bytesPerElement[dtype] + index) + 4 * (rows + 1);
  },
};
