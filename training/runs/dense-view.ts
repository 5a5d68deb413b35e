// Puts what surgery left back where it stood in the dense model, so that views show one matrix before and after.
import type { GroupId } from '../../core/graph/coupling/group';
import type { GraphNode, ModelGraph, ParamName } from '../../core/graph/model-graph';
import { type AxisSlice, shrink } from '../../core/graph/surgery';
import { type Mask, packMask } from '../../core/sparsity/mask';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import type { MatrixLayer } from '../methods/matrix-layers';
import type { KeptChannels } from './run-folder';

export type Cuts = ReadonlyMap<ParamName, readonly AxisSlice[]>;

/** What was cut out of each parameter, derived again from the channels that were kept. */
export const cutsOf = (graph: ModelGraph, kept: KeptChannels): Cuts => shrink(graph, keptMap(kept)).slices;

export const keptMap = (kept: KeptChannels): Map<GroupId, Uint32Array> =>
  new Map(Object.entries(kept).map(([id, channels]) => [id, Uint32Array.from(channels)]));

/** A parameter of the smaller model in the dense shape, zeros where channels are gone. Framework layout. */
export function scatter(
  shape: readonly number[],
  cuts: readonly AxisSlice[],
  data: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(shape.reduce((n, dim) => n * dim, 1));
  const positions = shape.map((dim, axis) => {
    const cut = cuts.find((candidate) => candidate.axis === axis);
    return cut ? cut.indices : Uint32Array.from({ length: dim }, (_, i) => i);
  });
  let from = 0;
  const walk = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      out[offset] = data[from++]!;
      return;
    }
    for (const position of positions[axis]!) walk(axis + 1, offset * shape[axis]! + position);
  };
  walk(0, 0);
  return out;
}

/** The masks of weights that became smaller: removed rows and columns are zeros. */
export function structuralMasks(
  graph: ModelGraph,
  layers: readonly MatrixLayer[],
  cuts: Cuts,
): Map<ParamName, Mask> {
  const masks = new Map<ParamName, Mask>();
  for (const { param, node, matrix } of layers) {
    const keep = keptOf(graph, node, param, cuts.get(param) ?? []);
    masks.set(param, packMask([matrix.rows, matrix.cols], keep));
  }
  return masks;
}

function keptOf(graph: ModelGraph, node: GraphNode, param: ParamName, cuts: readonly AxisSlice[]) {
  const { shape } = graph.params[param]!;
  const left = shape.reduce(
    (n, dim, axis) => n * (cuts.find((cut) => cut.axis === axis)?.indices.length ?? dim),
    1,
  );
  return toMatrixOrder(graph, node, scatter(shape, cuts, new Uint8Array(left).fill(1)));
}
