// The layers that a weight pattern applies to, as far as the recipe lets them be pruned.
import { isKeptDense } from '../../core/recipe/keep-dense';
import type { Pattern } from '../../core/sparsity/pattern';
import { headLayers } from './heads';
import { type MatrixLayer, matrixLayers } from './matrix-layers';
import type { Plan } from './method';

/** @param head whether the layers count that answer for the model. Throws one line when none is left. */
export function fittingLayers({ graph, recipe }: Plan, pattern: Pattern, head = true): MatrixLayer[] {
  const fitting = matrixLayers(graph).filter(
    ({ matrix, param }) => pattern.fits(matrix).ok && !graph.params[param]?.frozen,
  );
  if (fitting.length === 0)
    throw new Error(`no layer of ${graph.name} has a reduction length that ${pattern.label} fits`);
  const heads = head ? new Set() : headLayers(graph);
  const inside = fitting.filter(({ node }) => !heads.has(node));
  if (inside.length === 0)
    throw new Error(
      `the only layer of ${graph.name} that ${pattern.label} fits is its head, which stays dense`,
    );
  const layers = inside.filter(({ node }) => !isKeptDense(recipe, node.path));
  if (layers.length === 0) throw new Error(`keepDense leaves no layer of ${graph.name} to prune`);
  return layers;
}
