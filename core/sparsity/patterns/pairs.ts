// Pair-wise 4:8: of four pairs of neighbours along the reduction two are kept, as 4-bit sparse tensor cores take them.
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern } from '../pattern';
import { nm } from './n-m';

const pair = 2;
const pairsOf = nm(2, 4);

/** The pair is the unit (NVIDIA's PTX ISA, `mma.sp` with 4-bit types): it scores the sum of its two weights' scores. */
export const fourEightPairs: Pattern = {
  id: '4:8-pairs',
  label: '4:8 in pairs',
  kind: 'weight',
  sparsity: { min: 0.5, max: 0.5 },
  group: 8,
  fits: ({ cols, reduction }) => {
    const inputs = reduction?.at(-1) ?? cols;
    return inputs % 8 === 0 ? fits : misfit(`its ${inputs} inputs are not divisible by 8`);
  },
  mask(scores, { rows, cols }, density) {
    const sums = Float32Array.from(
      { length: scores.length / pair },
      (_, i) => scores[pair * i]! + scores[pair * i + 1]!,
    );
    const { bits } = pairsOf.mask(sums, { rows, cols: cols / pair }, density);
    const keep = Uint8Array.from(scores, (_, i) => (bits[i >> 4]! >> ((i >> 1) & 7)) & 1);
    return packMask([rows, cols], keep);
  },
  bytes({ rows, cols }, dtype) {
    const groups = Math.ceil(cols / 8) * rows;
    // Four values and two bits for each of the two pairs kept.
    return groups * 4 * bytesPerElement[dtype] + Math.ceil((groups * 4) / 8);
  },
};
