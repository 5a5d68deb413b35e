// Weights that were pruned before: a run that starts from them says so, since its sparsity counts their zeros.
import type { ParamName } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';

/** Single zeros happen; a share above this does not by chance. */
const unlikely = 0.01;

/**
 * @param prunable parameters whose zeros count. @param sparsity that the recipe asks for, 0 … 1.
 * @returns one line, or undefined where the weights are dense.
 */
export function sparseAlready(
  weights: Weights,
  prunable: readonly ParamName[],
  sparsity: number,
): string | undefined {
  const held = prunable.flatMap((name) => weights.get(name) ?? []);
  const zeros = held.reduce((sum, { data }) => sum + countZeros(data), 0);
  const share =
    zeros /
    Math.max(
      1,
      held.reduce((sum, { data }) => sum + data.length, 0),
    );
  if (share < unlikely) return undefined;
  const percent = (100 * share).toFixed(1);
  return `${percent} % of the prunable weights are zero already: they count towards the sparsity of ${sparsity}, and fill again where the run trains dense first`;
}

function countZeros(data: ArrayLike<number>): number {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  return zeros;
}
