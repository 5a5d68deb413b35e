// What people should know of the weights that PST freezes, before it does: one line each.
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import type { MatrixLayer } from '../matrix-layers';
import type { Plan } from '../method';
import type { Trainee } from '../trainee';

/** Trained weights hardly ever are exactly zero; weights that a run before this one pruned are, by the half and more. */
const pruned = 0.1;

/** @param first the step at which weights are frozen. */
export async function startNotices(
  { recipe }: Plan,
  layers: readonly MatrixLayer[],
  first: number,
  trainee: Trainee,
): Promise<string[]> {
  const out: string[] = [];
  const { file, weights } = recipe.model;
  if (weights === undefined && first === 0 && file.endsWith('.py'))
    out.push(
      'what is frozen are random weights: name trained ones in model.weights, or train them first (denseShare)',
    );
  if (weights !== undefined && first > 0)
    out.push(
      `${weights} was trained on for ${first} steps before it was frozen: denseShare 0 freezes it as it is`,
    );
  let [zeros, count] = [0, 0];
  for (const { param } of layers) {
    const { data } = await trainee.read(param);
    for (const value of data) if (value === 0) zeros++;
    count += data.length;
  }
  if (zeros > pruned * count)
    out.push(
      `${percent(zeros / count)} % of the weights that are adapted are zero from the start: updates fill them, and ${percent(sparsityOf(recipe))} % of all are zero in the end`,
    );
  return out;
}

const percent = (share: number): number => Number((100 * share).toFixed(1));
