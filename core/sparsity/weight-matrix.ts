// A layer's weight as outputs × reduction, and the way there and back from the framework's own layout.
import { isDepthwise, torchAxes } from '../graph/conventions';
import type { GraphNode, ModelGraph } from '../graph/model-graph';
import type { ParamSpec } from '../graph/op';
import { ops } from '../graph/ops/table';
import { permuteAxes } from './permute';
import type { WeightMatrix } from './pattern';

/**
 * The matrix that weight patterns act on; undefined for nodes without one. The reduction runs over (in/groups, kh, kw),
 * PyTorch's OIHW flattened, whatever the framework, so that a mask means the same weights everywhere.
 */
export function weightMatrix(graph: ModelGraph, node: GraphNode): WeightMatrix | undefined {
  const spec = sparseSpec(graph, node);
  if (!spec) return undefined;
  const [rows = 1, ...reduction] = spec.shape;
  const groups = node.attrs['groups'];
  return {
    rows,
    cols: reduction.reduce((n, dim) => n * dim, 1),
    reduction,
    ...(typeof groups === 'number' && groups > 1 ? { groups } : {}),
  };
}

/** The parameter that {@link weightMatrix} describes. */
export const weightParam = (graph: ModelGraph, node: GraphNode): string | undefined =>
  sparseSpec(graph, node) && node.params['weight'];

/** Framework layout (HWIO, in × out, …) → rows × cols, row-major. Returns a copy. */
export function toMatrixOrder(graph: ModelGraph, node: GraphNode, data: Float32Array): Float32Array {
  const { spec, axes } = layoutOf(graph, node, data);
  const shape = spec.shape.map((_, axis) => spec.shape[axes.indexOf(axis)]!);
  return permuteAxes(data, shape, axes);
}

/** rows × cols, row-major → framework layout. Returns a copy. */
export function fromMatrixOrder(graph: ModelGraph, node: GraphNode, data: Float32Array): Float32Array {
  const { spec, axes } = layoutOf(graph, node, data);
  return permuteAxes(
    data,
    spec.shape,
    axes.map((_, axis) => axes.indexOf(axis)),
  );
}

function sparseSpec(graph: ModelGraph, node: GraphNode): ParamSpec | undefined {
  const def = ops.get(node.op);
  if (!def?.sparseWeight || !graph.params[node.params[def.sparseWeight] ?? '']) return undefined;
  return def.params?.(node.attrs).find(({ role }) => role === def.sparseWeight);
}

/** `axes[i]` is the framework axis that holds axis i of PyTorch's layout. */
function layoutOf(graph: ModelGraph, node: GraphNode, data: Float32Array) {
  const spec = sparseSpec(graph, node);
  if (!spec) throw new Error(`${node.path} (${node.op}) has no weight matrix`);
  const count = spec.shape.reduce((n, dim) => n * dim, 1);
  if (data.length !== count)
    throw new Error(`the weight of ${node.path} has ${count} elements, not ${data.length}`);
  return { spec, axes: torchAxes(graph.framework, node.op, spec, isDepthwise(node.op, node.attrs)) };
}
