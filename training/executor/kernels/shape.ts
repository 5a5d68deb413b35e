// Ops that move elements without computing: flatten, reshape, permute, concat, padding.
import { type Dim, sizeAt } from '../../../core/graph/shape';
import { int } from '../../../core/graph/op';
import { tf } from '../../../native/tf';
import { toGraphOrder, toNhwc } from '../borders';
import { first, innerAxis, type Kernel } from '../kernel';

const axisFromEnd = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const flatten: Kernel = {
  op: 'flatten',
  run(call) {
    const x = toGraphOrder(first(call), call.layout);
    const start = axisFromEnd(int(call.node.attrs, 'start'), x.rank);
    const end = axisFromEnd(int(call.node.attrs, 'end'), x.rank);
    const merged = x.shape.slice(start, end + 1).reduce((n, dim) => n * dim, 1);
    return toNhwc(x.reshape([...x.shape.slice(0, start), merged, ...x.shape.slice(end + 1)]), call.layout);
  },
};

export const reshape: Kernel = {
  op: 'reshape',
  run(call) {
    const x = toGraphOrder(first(call), call.layout);
    const batch = first(call).shape[0];
    const shape = (call.node.attrs['shape'] as readonly Dim[]).map((dim) => sizeAt(dim, batch));
    return toNhwc(x.reshape(shape), call.layout);
  },
};

export const permute: Kernel = {
  op: 'permute',
  run(call) {
    const x = toGraphOrder(first(call), call.layout);
    const order = (call.node.attrs['order'] as readonly number[]).map((axis) => axisFromEnd(axis, x.rank));
    return toNhwc(x.transpose(order), call.layout);
  },
};

export const concat: Kernel = {
  op: 'concat',
  run: ({ inputs, node, layout }) =>
    tf.concat([...inputs], innerAxis(int(node.attrs, 'axis'), inputs[0]!.rank, layout)),
};

export const zeroPad2d: Kernel = {
  op: 'zeroPad2d',
  run(call) {
    const [left, right, top, bottom] = call.node.attrs['padding'] as [number, number, number, number];
    return tf.pad(first(call), [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
  },
};
