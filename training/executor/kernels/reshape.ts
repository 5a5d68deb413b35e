// Ops that move elements without computing: flatten, reshape, permute.
import type { Shape } from '../../../core/graph/shape';
import { axisOf, sameDim } from '../../../core/graph/shape';
import { int } from '../../../core/graph/op';
import { type AxesRule, first, type Kernel, type KernelCall, shape } from '../kernel';
import { positionsOf, type Order, orderOf, transposed } from '../order';

/**
 * Positions may be split and merged while channels stand last: N × C × H × W ↔ N × C × HW is no copy then.
 */
const overPositions: AxesRule = ({ inputs, outputs }, [have], graph) => {
  const [x, y] = [graph.values[inputs[0]!]!.shape, graph.values[outputs[0]!]!.shape];
  const stays = have === 'channelsLast' && x.length >= 3 && y.length >= 3 && sameHead(x, y);
  const order: Order = stays ? 'channelsLast' : 'graph';
  return { takes: [order], gives: [order] };
};

const sameHead = (x: Shape, y: Shape): boolean => sameDim(x[0]!, y[0]!) && sameDim(x[1]!, y[1]!);

function reshaped(call: KernelCall, graphShape: number[]): ReturnType<typeof first> {
  const x = first(call);
  const at = positionsOf(call.gives[0]!, graphShape.length, call.layout);
  return x.reshape(at.map((axis) => graphShape[axis]!));
}

/** In the graph's own sequence of axes. */
function graphShapeOf(call: KernelCall): number[] {
  const x = first(call);
  const at = positionsOf(call.takes[0]!, x.rank, call.layout);
  return x.shape.map((_, axis) => x.shape[at.indexOf(axis)]!);
}

export const flatten: Kernel = {
  op: 'flatten',
  axes: overPositions,
  run(call) {
    const own = graphShapeOf(call);
    const start = axisOf(int(call.node.attrs, 'start'), own.length);
    const end = axisOf(int(call.node.attrs, 'end'), own.length);
    const merged = own.slice(start, end + 1).reduce((n, dim) => n * dim, 1);
    return reshaped(call, [...own.slice(0, start), merged, ...own.slice(end + 1)]);
  },
};

export const reshape: Kernel = {
  op: 'reshape',
  axes: overPositions,
  run(call) {
    const wanted = shape(call);
    const known = wanted.reduce((n, dim) => (dim === -1 ? n : n * dim), 1);
    return reshaped(
      call,
      wanted.map((dim) => (dim === -1 ? first(call).size / known : dim)),
    );
  },
};

/** Moves nothing where the result stands right already, in one of the two orders. */
const permuted: AxesRule = ({ attrs, inputs }, [have = 'graph'], graph) => {
  const { length } = graph.values[inputs[0]!]!.shape;
  const order = orderAttr(attrs['order'], length);
  const stands = positionsOf(have, length, graph.layout).map((axis) => order.indexOf(axis));
  return { takes: [have], gives: [orderOf(stands, graph.layout) ?? 'graph'] };
};

const orderAttr = (value: unknown, rank: number): number[] =>
  (value as readonly number[]).map((axis) => axisOf(axis, rank));

export const permute: Kernel = {
  op: 'permute',
  axes: permuted,
  run(call) {
    const x = first(call);
    const order = orderAttr(call.node.attrs['order'], x.rank);
    const stands = positionsOf(call.takes[0]!, x.rank, call.layout);
    const wanted = positionsOf(call.gives[0]!, x.rank, call.layout);
    return transposed(
      x,
      wanted.map((axis) => stands.indexOf(order[axis]!)),
    );
  },
};
