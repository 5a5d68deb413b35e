// What a finished run's weights are as whole numbers: packed for real, so that a wrong group or a lost zero is an error.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { Weights } from '../../../../core/graph/tensor';
import { type Bits, rowScales, toInts } from '../../../../core/quantisation/grid';
import { pack } from '../../../../core/quantisation/packing';
import { packedPatterns } from '../../../../core/sparsity/compressed';
import type { Mask } from '../../../../core/sparsity/mask';
import { toMatrixOrder } from '../../../../core/sparsity/weight-matrix';
import { matrixLayers } from '../../../../training/methods/matrix-layers';

type Masks = ReadonlyMap<string, Mask>;

/** Groups along the reduction that hold more weights than the pattern allows, 2 of 4 or 4 of 8. */
export function violations(graph: ModelGraph, weights: Weights, masks: Masks, layout: string): number {
  const [kept, group] = layout === '2:4' ? [2, 4] : [4, 8];
  let count = 0;
  for (const { param, node } of matrixLayers(graph)) {
    if (!masks.has(param)) continue;
    const values = toMatrixOrder(graph, node, weights.get(param)!.data as Float32Array);
    for (let i = 0; i < values.length; i += group)
      if (values.subarray(i, i + group).filter((value) => value !== 0).length > kept) count++;
  }
  return count;
}

/** How many times fewer bytes than float32: the pruned layers' weights alone, and the whole model with its scales. */
export function ratios(
  graph: ModelGraph,
  weights: Weights,
  masks: Masks,
  layout: string,
  bits: Bits,
): { pruned: number; model: number } {
  let [dense, packed, scales] = [0, 0, 0];
  for (const { param, node } of matrixLayers(graph)) {
    const mask = masks.get(param);
    if (!mask) continue;
    const matrix = toMatrixOrder(graph, node, weights.get(param)!.data as Float32Array);
    const rows = mask.shape[0]!;
    const { values, index } = pack(
      ...([
        toInts(matrix, rowScales(matrix, rows, bits), bits),
        mask,
        packedPatterns[layout]!,
        bits,
      ] as const),
    );
    dense += 4 * matrix.length;
    packed += values.length + index.length;
    scales += 4 * rows;
  }
  const all = [...weights.values()].reduce((sum, { data }) => sum + 4 * data.length, 0);
  return { pruned: dense / packed, model: all / (all - dense + packed + scales) };
}
