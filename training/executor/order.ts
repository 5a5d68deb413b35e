// The two orders in which axes may stand in memory: as the graph counts them, or with channels last, as tf computes.
import type { Layout, ModelGraph, ValueId } from '../../core/graph/model-graph';
import type { tf } from '../../native/tf';

/** `graph`: as the graph counts axes. `channelsLast`: axis 1, an NCHW graph's channels, stands at the end. */
export type Order = 'graph' | 'channelsLast';

/** Whether the two orders are two at all: in NCHW graphs, from three dimensions on. */
export const ordersDiffer = (rank: number, layout: Layout): boolean => layout === 'NCHW' && rank >= 3;

/** For each axis in memory, the axis of the graph that stands there. */
export function positionsOf(order: Order, rank: number, layout: Layout): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  if (order === 'graph' || !ordersDiffer(rank, layout)) return axes;
  return [0, ...axes.slice(2), 1];
}

/** The order, if any, in which the graph's axes stand like this. */
export function orderOf(axes: readonly number[], layout: Layout): Order | undefined {
  const is = (order: Order) => positionsOf(order, axes.length, layout).every((axis, i) => axis === axes[i]);
  return is('graph') ? 'graph' : is('channelsLast') ? 'channelsLast' : undefined;
}

/** Where the graph's axis, which may be negative, stands in memory. */
export function positionOf(axis: number, rank: number, order: Order, layout: Layout): number {
  return positionsOf(order, rank, layout).indexOf(axis < 0 ? axis + rank : axis);
}

/** Moves a tensor from one order to the other; nothing is copied where only axes of size 1 trade places. */
export function reorder(x: tf.Tensor, from: Order, to: Order, layout: Layout): tf.Tensor {
  if (from === to || !ordersDiffer(x.rank, layout)) return x;
  const [have, want] = [positionsOf(from, x.rank, layout), positionsOf(to, x.rank, layout)];
  return transposed(
    x,
    want.map((axis) => have.indexOf(axis)),
  );
}

/** Transposes; as a reshape where the axes longer than 1 keep their sequence. */
export function transposed(x: tf.Tensor, order: readonly number[]): tf.Tensor {
  if (order.every((axis, i) => axis === i)) return x;
  const long = order.filter((axis) => x.shape[axis] !== 1);
  const keep = long.every((axis, i) => i === 0 || long[i - 1]! < axis);
  return keep ? x.reshape(order.map((axis) => x.shape[axis]!)) : x.transpose([...order]);
}

/** How the executor takes an input: images, and whatever else has four dimensions or more, with channels last. */
export function inputOrder(graph: ModelGraph, id: ValueId): Order {
  const rank = graph.values[id]!.shape.length;
  return rank >= 4 && ordersDiffer(rank, graph.layout) ? 'channelsLast' : 'graph';
}
