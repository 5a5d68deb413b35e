// The linear layers that PST works on: those inside the blocks of a transformer, or all but the head.
import { nodesInBlocks } from '../../../core/graph/transformer-blocks';
import { isKeptDense } from '../../../core/recipe/keep-dense';
import { headLayers } from '../heads';
import { type MatrixLayer, matrixLayers } from '../matrix-layers';
import type { Plan } from '../method';

/** The density at which exactly ⌊n k v⌋ entries of a matrix are pruned; what v lost as a product is given back to it. */
export function densityOf({ matrix: { rows, cols } }: MatrixLayer, v: number): number {
  const count = rows * cols;
  return (count - Math.floor(count * v + 1e-6)) / count;
}

/** Throws one line when there is none, or when factors of a rank would be larger than a weight has room for. */
export function adaptedLayers({ graph, recipe }: Plan): MatrixLayer[] {
  const { scope, weightRank, maskRank } = recipe.options;
  const heads = headLayers(graph);
  const inside = scope === 'all' ? undefined : nodesInBlocks(graph);
  const found = matrixLayers(graph).filter(
    ({ node, param }) =>
      node.op === 'linear' && !heads.has(node) && !graph.params[param]?.frozen && (inside?.has(node) ?? true),
  );
  if (found.length === 0)
    throw new Error(
      inside
        ? `${graph.name} has no linear layer in a block that attends: set scope to all for every linear layer but the head`
        : `${graph.name} has no linear layer before its head`,
    );
  const layers = found.filter(({ node }) => !isKeptDense(recipe, node.path));
  if (layers.length === 0) throw new Error(`keepDense leaves no layer of ${graph.name} to prune`);
  for (const [key, rank] of Object.entries({ weightRank, maskRank }))
    for (const { node, matrix } of layers)
      if (Number(rank) > Math.min(matrix.rows, matrix.cols))
        throw new Error(
          `${key} ${Number(rank)} is more than ${node.path} has room for (${matrix.rows} × ${matrix.cols}): at most ${Math.min(matrix.rows, matrix.cols)}`,
        );
  return layers;
}
