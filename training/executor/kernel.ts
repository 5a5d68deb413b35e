// What a kernel is: how one op of the op table computes with tf. One file each in kernels/, listed in kernels/table.ts.
import type { GraphNode, Layout } from '../../core/graph/model-graph';
import type { tf } from '../../native/tf';

export interface Kernel {
  readonly op: string;
  run(call: KernelCall): tf.Tensor;
}

export interface KernelCall {
  readonly node: GraphNode;
  /** Rank-4 tensors are NHWC, whatever the graph's layout. */
  readonly inputs: readonly tf.Tensor[];
  /** The parameter in a role, in the kernels' layout; undefined where the layer has none. */
  readonly param: (role: string) => tf.Variable | undefined;
  readonly training: boolean;
  /** For dropout: differs per step and node, the same when a step is repeated. */
  readonly seed: number;
  /** How the graph counts axes of rank-4 values. */
  readonly layout: Layout;
}

/** The first input: most ops have one. */
export const first = ({ inputs }: KernelCall): tf.Tensor => inputs[0]!;

/** Where the graph's axis stands in the tensor at hand: NCHW graphs compute in NHWC. */
export function innerAxis(axis: number, rank: number, layout: Layout): number {
  const index = axis < 0 ? axis + rank : axis;
  return layout === 'NCHW' && rank === 4 ? [0, 3, 1, 2][index]! : index;
}
