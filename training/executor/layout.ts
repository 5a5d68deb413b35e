// Between a framework's parameter layout and the one kernels compute in: HWIO for convolutions, in × out for linears.
import { isDepthwise, torchAxes } from '../../core/graph/conventions';
import type { GraphNode, ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { ParamSpec } from '../../core/graph/op';
import { ops } from '../../core/graph/ops/table';
import { permuteAxes } from '../../core/sparsity/permute';

export interface ParamLayout {
  /** Shape that kernels see. */
  readonly shape: readonly number[];
  /** From the framework's layout to the kernels', and back. Copies. */
  toKernel(data: Float32Array): Float32Array;
  toFramework(data: Float32Array): Float32Array;
}

/** How each parameter that a node uses is laid out for kernels; those not listed stay as they are. */
export function paramLayouts(graph: ModelGraph): Map<ParamName, ParamLayout> {
  const layouts = new Map<ParamName, ParamLayout>();
  for (const node of graph.nodes) {
    for (const spec of ops.get(node.op)?.params?.(node.attrs) ?? []) {
      const name = node.params[spec.role];
      const param = name === undefined ? undefined : graph.params[name];
      if (!param || !name || layouts.has(name)) continue;
      const axes = torchAxes(graph.framework, node.op, spec, isDepthwise(node.op, node.attrs));
      layouts.set(
        name,
        layoutOf(
          param.shape,
          kernelOrder(node, spec).map((axis) => axes[axis]!),
          node,
        ),
      );
    }
  }
  return layouts;
}

/** For each axis that kernels want, the axis of PyTorch's layout. */
function kernelOrder({ op, attrs }: GraphNode, { role, shape }: ParamSpec): readonly number[] {
  if (role === 'weight' && op === 'conv2d') return isDepthwise(op, attrs) ? [2, 3, 0, 1] : [2, 3, 1, 0];
  if (role === 'weight' && op === 'linear') return [1, 0];
  return shape.map((_, axis) => axis);
}

function layoutOf(own: readonly number[], order: readonly number[], { op, attrs }: GraphNode): ParamLayout {
  const ordered = order.map((axis) => own[axis]!);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const depthwise = op === 'conv2d' && isDepthwise(op, attrs) && ordered.length === 4;
  // PyTorch counts a depthwise layer's outputs channel by channel; kernels and Keras split them into channel and multiplier.
  const inputs = Number(attrs['inChannels']);
  const [height, width] = ordered as [number, number];
  const multiplier = own.reduce((n, dim) => n * dim, 1) / (height * width * inputs);
  const shape = depthwise ? [height, width, inputs, multiplier] : ordered;
  return {
    shape,
    toKernel: (data) => permuteAxes(data, own, order),
    toFramework: (data) => permuteAxes(data, ordered, inverse),
  };
}
