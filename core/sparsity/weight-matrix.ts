// A layer's weight as outputs × reduction, and the way there and back from the framework's own layout.
import { isDepthwise, torchAxes } from '../graph/conventions';
import type { GraphNode, ModelGraph } from '../graph/model-graph';
import type { ParamSpec } from '../graph/op';
import { ops } from '../graph/ops/table';
import { permuteAxes } from './permute';
import type { WeightMatrix } from './pattern';

/**
 * The matrix that weight patterns act on; undefined for nodes without one. The reduction runs over (kh, kw, in/groups),
 * inputs innermost, whatever the framework: sparse tensor cores take convolutions as implicit matrix products over
 * channels-last tensors, so groups of four lie along the input channels of one kernel position.
 */
export function weightMatrix(graph: ModelGraph, node: GraphNode): WeightMatrix | undefined {
  const spec = sparseSpec(graph, node);
  if (!spec) return undefined;
  const [rows = 1, ...reduction] = matrixOrder(spec).map((axis) => spec.shape[axis]!);
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
  const { shape, axes } = layoutOf(graph, node, data);
  const own = shape.map((_, axis) => shape[axes.indexOf(axis)]!);
  return permuteAxes(data, own, axes);
}

/** rows × cols, row-major → framework layout. Returns a copy. */
export function fromMatrixOrder(graph: ModelGraph, node: GraphNode, data: Float32Array): Float32Array {
  const { shape, axes } = layoutOf(graph, node, data);
  return permuteAxes(
    data,
    shape,
    axes.map((_, axis) => axes.indexOf(axis)),
  );
}

/** For each axis of the matrix (outputs, then the reduction's, inputs innermost), the framework axis that holds it. */
export function matrixAxes(graph: ModelGraph, node: GraphNode): number[] {
  const spec = sparseSpec(graph, node);
  if (!spec) throw new Error(`${node.path} (${node.op}) has no weight matrix`);
  return axesOf(graph, node, spec);
}

function sparseSpec(graph: ModelGraph, node: GraphNode): ParamSpec | undefined {
  const def = ops.get(node.op);
  if (!def?.sparseWeight || !graph.params[node.params[def.sparseWeight] ?? '']) return undefined;
  const spec = def.params?.(node.attrs).find(({ role }) => role === def.sparseWeight);
  // In groups, a transposed convolution's inputs lie across all of them: that is no matrix of outputs × inputs.
  const isCrossed = spec?.axes[0] === 'in' && node.attrs['groups'] !== 1;
  return isCrossed ? undefined : spec;
}

/** The axes of PyTorch's layout in the order of the matrix: OIHW → O, H, W, I; transposed, IOHW → O, H, W, I. */
function matrixOrder({ axes }: ParamSpec): number[] {
  const [out, inputs] = [axes.indexOf('out'), axes.indexOf('in')];
  return [out, ...[...axes.keys()].filter((axis) => axis !== out && axis !== inputs), inputs];
}

/** `shape` is the weight's in matrix order; `axes[i]` is the framework axis that holds its axis i. */
function layoutOf(graph: ModelGraph, node: GraphNode, data: Float32Array) {
  const spec = sparseSpec(graph, node);
  if (!spec) throw new Error(`${node.path} (${node.op}) has no weight matrix`);
  const count = spec.shape.reduce((n, dim) => n * dim, 1);
  if (data.length !== count)
    throw new Error(`the weight of ${node.path} has ${count} elements, not ${data.length}`);
  return { shape: matrixOrder(spec).map((axis) => spec.shape[axis]!), axes: axesOf(graph, node, spec) };
}

function axesOf({ framework }: ModelGraph, { op, attrs }: GraphNode, spec: ParamSpec): number[] {
  const torch = torchAxes(framework, op, spec, isDepthwise(op, attrs));
  return matrixOrder(spec).map((axis) => torch[axis]!);
}
