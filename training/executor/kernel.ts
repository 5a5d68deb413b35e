// What a kernel is: how one op of the op table computes with tf. One file a family in kernels/, listed in kernels/table.ts.
import type { GraphNode, Layout, ModelGraph } from '../../core/graph/model-graph';
import { axisOf, type Dim, sizeAt } from '../../core/graph/shape';
import type { tf } from '../../native/tf';
import { type Order, positionOf } from './order';

export interface Kernel {
  readonly op: string;
  /**
   * In which order of axes it takes and gives tensors. `channelsLast`, `graph`: always so. `same`: in any order, that of
   * its largest input; others of lower rank come lifted to that rank where it is `channelsLast`.
   */
  readonly axes: Order | 'same' | AxesRule;
  /** The output, or all of them in the graph's sequence. */
  run(call: KernelCall): tf.Tensor | readonly tf.Tensor[];
}

/** Decides when the graph is loaded. @param orders in which the inputs stand already. */
export type AxesRule = (node: GraphNode, orders: readonly Order[], graph: ModelGraph) => Arranged;

export interface Arranged {
  readonly takes: readonly Order[];
  readonly gives: readonly Order[];
}

export interface KernelCall extends Arranged {
  readonly node: GraphNode;
  /** Each in the order that `takes` says. */
  readonly inputs: readonly tf.Tensor[];
  /** The parameter in a role, in the kernels' layout; undefined where the layer has none. */
  readonly param: (role: string) => tf.Tensor | undefined;
  readonly training: boolean;
  /** For dropout: differs per step and node, the same when a step is repeated. */
  readonly seed: number;
  /** How the graph counts axes. */
  readonly layout: Layout;
  /** What N is. */
  readonly batch: number;
}

/** The first input: most ops have one. */
export const first = ({ inputs }: KernelCall): tf.Tensor => inputs[0]!;

/** Where the graph's axis stands in an input. */
export const axisIn = ({ inputs, takes, layout }: KernelCall, axis: number, input = 0): number =>
  positionOf(axis, inputs[input]!.rank, takes[input]!, layout);

/** Where the axes stand that `axes` or `axis` name; all of them when neither is there. */
export function axesIn(call: KernelCall): number[] {
  const { attrs } = call.node;
  const { rank } = first(call);
  const named = attrs['axes'] ?? attrs['axis'];
  if (named === undefined || named === null) return Array.from({ length: rank }, (_, i) => i);
  const list = Array.isArray(named) ? (named as readonly number[]) : [Number(named)];
  return list.map((axis) => axisIn(call, axisOf(axis, rank)));
}

/** A number among the attributes. */
export const number = ({ node }: KernelCall, key: string, fallback = 0): number =>
  Number(node.attrs[key] ?? fallback);

/** A word among the attributes. */
export function word({ node }: KernelCall, key: string, fallback: string): string {
  const value = node.attrs[key];
  return typeof value === 'string' ? value : fallback;
}

/** Whether an attribute is set to true. */
export const isSet = ({ node }: KernelCall, key: string): boolean => node.attrs[key] === true;

/** A size among the attributes, which may count in batches. */
export const size = ({ node, batch }: KernelCall, key: string): number =>
  sizeAt(node.attrs[key] as Dim, batch);

/** A shape among the attributes; −1 stays open. */
export const shape = ({ node, batch }: KernelCall, key = 'shape'): number[] =>
  (node.attrs[key] as readonly Dim[]).map((dim) => sizeAt(dim, batch));
