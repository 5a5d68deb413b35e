// The masks that a model's weights follow: what an export may say was pruned.
import type { ParamName } from '../../core/graph/model-graph';
import type { TrainedModel } from '../../core/graph/tensor';
import { isKept, type Mask } from '../../core/sparsity/mask';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { matrixLayers } from '../methods/matrix-layers';

/**
 * Of all masks of a run those of weights that still have their dense shape and are zero wherever the mask says so: a
 * method may compute with a mask while the weights live on, and removed channels are no zeros but gone.
 */
export function settledMasks(
  { graph, weights }: TrainedModel,
  masks: ReadonlyMap<ParamName, Mask>,
): Map<ParamName, Mask> {
  const settled = new Map<ParamName, Mask>();
  for (const { param, node, matrix } of matrixLayers(graph)) {
    const [mask, tensor] = [masks.get(param), weights.get(param)];
    if (!mask || !tensor || mask.shape.join() !== `${matrix.rows},${matrix.cols}`) continue;
    const values = toMatrixOrder(graph, node, tensor.data as Float32Array);
    if (values.every((value, i) => value === 0 || isKept(mask, i))) settled.set(param, mask);
  }
  return settled;
}
