// N:M sparsity: of every M consecutive weights along the reduction, N are kept (Mishra et al. 2021, arXiv 2104.08378).
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern, WeightMatrix } from '../pattern';
import { knownScore } from './keep-highest';

/** Makes the pattern for one pair 0 < n < m. */
export function nm(n: number, m: number): Pattern {
  if (!Number.isInteger(n) || !Number.isInteger(m) || n < 1 || n >= m)
    throw new Error(`${n}:${m} is no N:M pattern: N must be at least 1 and less than M`);
  const sparsity = 1 - n / m;
  return {
    id: `${n}:${m}`,
    label: `${n}:${m}`,
    kind: 'weight',
    sparsity: { min: sparsity, max: sparsity },
    group: m,
    fits: (weight) => (inputsOf(weight) % m === 0 ? fits : misfit(misfitReason(weight, m))),
    mask(scores, { rows, cols }, density) {
      if (cols % m !== 0) throw new Error(`a reduction of ${cols} does not divide into groups of ${m}`);
      return packMask([rows, cols], keepBest(scores, n, m, density));
    },
    bytes({ rows, cols }, dtype) {
      const kept = Math.ceil(cols / m) * n * rows;
      // Each kept value stores its place in the group: 2 bits for 2:4.
      return kept * bytesPerElement[dtype] + Math.ceil((kept * Math.ceil(Math.log2(m))) / 8);
    },
  };
}

export const twoFour = nm(2, 4);

/** How many inputs one kernel position reads: a group must not straddle two positions. */
const inputsOf = ({ cols, reduction }: WeightMatrix): number => reduction?.at(-1) ?? cols;

function misfitReason(weight: WeightMatrix, m: number): string {
  const { reduction = [], groups = 1 } = weight;
  const inputs = inputsOf(weight);
  if (groups > 1 && inputs === 1)
    return 'a depthwise convolution reads one channel an output: there is nothing to group';
  const kind = reduction.length > 1 ? 'input channel' : 'input feature';
  const counted = inputs === 1 ? `its single ${kind} is` : `its ${inputs} ${kind}s are`;
  return `${counted} not divisible by ${m}`;
}

/**
 * One entry a weight, 1 keeps. While the density is above n/m, only as many groups are pruned as it takes, those first
 * that lose the least score; every pruned group keeps exactly n. Equal scores fall to the lower index.
 */
function keepBest(scores: Float32Array, n: number, m: number, density: number): Uint8Array {
  const keep = new Uint8Array(scores.length).fill(1);
  const groups = scores.length / m;
  const wanted = Math.round(((1 - density) * scores.length) / (m - n));
  const pruned = Math.min(groups, Math.max(0, wanted));
  if (pruned === 0) return keep;
  const chosen = pruned === groups ? undefined : cheapest(scores, n, m, pruned);
  const order = new Uint32Array(m);
  for (let g = 0; g < groups; g++) {
    if (chosen && chosen[g] === 0) continue;
    rank(scores, g * m, order);
    for (let i = 0; i < m - n; i++) keep[g * m + order[i]!] = 0;
  }
  return keep;
}

/** Marks the `count` groups that lose least. Sorting numbers natively is far faster than sorting indices by them. */
function cheapest(scores: Float32Array, n: number, m: number, count: number): Uint8Array {
  const order = new Uint32Array(m);
  const losses = new Float64Array(scores.length / m);
  for (let g = 0; g < losses.length; g++) {
    rank(scores, g * m, order);
    let loss = 0;
    for (let i = 0; i < m - n; i++) loss += knownScore(scores[g * m + order[i]!]!);
    losses[g] = loss;
  }
  const threshold = losses.slice().sort()[count - 1]!;
  const chosen = new Uint8Array(losses.length);
  let left = count;
  for (let g = 0; g < losses.length; g++) if (losses[g]! < threshold) [chosen[g], left] = [1, left - 1];
  for (let g = 0; g < losses.length && left > 0; g++)
    if (losses[g] === threshold) [chosen[g], left] = [1, left - 1];
  return chosen;
}

/** Fills `order` with the group's positions, lowest score first. Insertion sort: m is 4, or 32 at most. */
function rank(scores: Float32Array, start: number, order: Uint32Array): void {
  for (let i = 0; i < order.length; i++) {
    const score = knownScore(scores[start + i]!);
    let at = i;
    // Of equal scores the higher index goes first, so that the lower one is kept.
    for (; at > 0 && knownScore(scores[start + order[at - 1]!]!) >= score; at--) order[at] = order[at - 1]!;
    order[at] = i;
  }
}
