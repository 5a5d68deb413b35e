// Between a framework's parameter layout and the one kernels compute in: HWIO for convolutions, in × out for linears.
import { isDepthwise, torchAxes } from '../../core/graph/conventions';
import type { GraphNode, ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { ParamSpec } from '../../core/graph/op';
import { ops } from '../../core/graph/ops/table';
import { permuteAxes } from '../../core/sparsity/permute';

export interface ParamLayout {
  /** Shape that kernels see. */
  readonly shape: readonly number[];
  /** For each axis that the tensor is stored with, the axis of the framework's. */
  readonly order: readonly number[];
  /** From the framework's layout to the kernels', and back. Copies. */
  toKernel(data: Float32Array): Float32Array;
  toFramework(data: Float32Array): Float32Array;
}

export interface Layouts {
  /** How each parameter that a node uses is stored; those not listed are used by none. */
  readonly stored: ReadonlyMap<ParamName, ParamLayout>;
  /** Where a node wants a shared parameter otherwise than it is stored: `node id role` → transposition and shape. */
  readonly turned: ReadonlyMap<string, Turn>;
}

export interface Turn {
  readonly order: readonly number[];
  readonly shape: readonly number[];
}

/** The first node that uses a parameter says how it is stored. */
export function paramLayouts(graph: ModelGraph): Layouts {
  const stored = new Map<ParamName, ParamLayout>();
  const turned = new Map<string, Turn>();
  for (const node of graph.nodes) {
    for (const spec of ops.get(node.op)?.params?.(node.attrs) ?? []) {
      const name = node.params[spec.role];
      const param = name === undefined ? undefined : graph.params[name];
      if (!param || !name) continue;
      const axes = torchAxes(graph.framework, node.op, spec, isDepthwise(node.op, node.attrs));
      const layout = layoutOf(
        param.shape,
        kernelOrder(node, spec).map((axis) => axes[axis]!),
        node,
      );
      const known = stored.get(name);
      if (!known) stored.set(name, layout);
      else if (known.order.join() !== layout.order.join() || known.shape.join() !== layout.shape.join())
        turned.set(turnKey(node, spec.role), {
          order: layout.order.map((axis) => known.order.indexOf(axis)),
          shape: layout.shape,
        });
    }
  }
  return { stored, turned };
}

export const turnKey = ({ id }: GraphNode, role: string): string => `${id} ${role}`;

/** For each axis that kernels want, the axis of PyTorch's layout. */
function kernelOrder({ op, attrs }: GraphNode, { role, shape }: ParamSpec): readonly number[] {
  if (role === 'weight') {
    const kernel = shape.slice(2).map((_, i) => i + 2);
    if (/^conv\dd$/.test(op)) return isDepthwise(op, attrs) ? [...kernel, 0, 1] : [...kernel, 1, 0];
    // Theirs is in × out × kernel, and tf's kernel × out × in.
    if (op.startsWith('convTranspose')) return [...kernel, 1, 0];
    if (op === 'linear') return [1, 0];
  }
  return shape.map((_, axis) => axis);
}

function layoutOf(own: readonly number[], order: readonly number[], { op, attrs }: GraphNode): ParamLayout {
  const ordered = order.map((axis) => own[axis]!);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return {
    shape: depthwiseShape(ordered, op, attrs) ?? ordered,
    order,
    toKernel: (data) => permuteAxes(data, own, order),
    toFramework: (data) => permuteAxes(data, ordered, inverse),
  };
}

/** PyTorch counts a depthwise layer's outputs channel by channel; kernels and Keras split them into channel and multiplier. */
function depthwiseShape(
  ordered: readonly number[],
  op: string,
  attrs: GraphNode['attrs'],
): number[] | undefined {
  if (!/^conv\dd$/.test(op) || !isDepthwise(op, attrs) || ordered.length < 3) return undefined;
  const kernel = ordered.slice(0, -2);
  const inputs = Number(attrs['inChannels']);
  const multiplier =
    ordered.reduce((n, dim) => n * dim, 1) / (kernel.reduce((n, dim) => n * dim, 1) * inputs);
  return [...kernel, inputs, multiplier];
}
