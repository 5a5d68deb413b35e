// The matrix products that are pruned and quantised: linear layers and patch embeddings, all but the head.
import { each } from '../../../core/graph/attributes';
import type { GraphNode } from '../../../core/graph/model-graph';
import { isKeptDense } from '../../../core/recipe/keep-dense';
import type { Pattern } from '../../../core/sparsity/pattern';
import { headLayers } from '../heads';
import { type MatrixLayer, matrixLayers } from '../matrix-layers';
import type { Plan } from '../method';

/**
 * Layers whose reduction the pattern divides. A patch embedding reads each pixel once, so it is a product of K =
 * height × width × channels, along all of which groups lie. Throws one line when none is left.
 */
export function gemms({ graph, recipe }: Pick<Plan, 'graph' | 'recipe'>, pattern: Pattern): MatrixLayer[] {
  const all = matrixLayers(graph)
    .filter(({ node }) => node.op === 'linear' || isPatchEmbedding(node))
    .map((layer) => ({ ...layer, matrix: { rows: layer.matrix.rows, cols: layer.matrix.cols } }));
  const heads = headLayers(graph);
  const inside = all.filter(({ node, param }) => !heads.has(node) && !graph.params[param]?.frozen);
  const layers = inside.filter(({ matrix }) => pattern.fits(matrix).ok);
  if (layers.length === 0)
    throw new Error(
      `none of the ${inside.length} linear layers and patch embeddings of ${graph.name} before its head has a reduction length that ${pattern.label} fits`,
    );
  const wanted = layers.filter(({ node }) => !isKeptDense(recipe, node.path));
  if (wanted.length === 0) throw new Error(`keepDense leaves no layer of ${graph.name} to prune`);
  return wanted;
}

/** A convolution whose windows do not overlap and leave no border: kernel = stride, no padding, one group. */
export function isPatchEmbedding({ op, attrs }: GraphNode): boolean {
  if (op !== 'conv2d' || attrs['groups'] !== 1) return false;
  const [kernel, stride] = [each(attrs, 'kernel', 2, 1), each(attrs, 'stride', 2, 1)];
  const padding = attrs['padding'];
  const isPadded =
    padding !== 'valid' &&
    (typeof padding === 'string' || each(attrs, 'padding', 2, 0).some((pad) => pad > 0));
  return kernel.join() === stride.join() && !isPadded && each(attrs, 'dilation', 2, 1).every((d) => d === 1);
}
