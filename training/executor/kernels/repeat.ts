// Ops that repeat elements: expand, tile, repeat each one.
import { elements } from '../../../core/graph/shape';
import { int } from '../../../core/graph/op';
import { tf } from '../../../native/tf';
import { axisIn, first, type Kernel, number, shape } from '../kernel';

/** Axes of 1 grow; new ones come first. */
export const expand: Kernel = {
  op: 'expand',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const wanted = shape(call);
    const added = wanted.length - x.rank;
    const target = wanted.map((dim, i) => (dim === -1 ? x.shape[i - added]! : dim));
    const from = x.reshape([...target.slice(0, added).map(() => 1), ...x.shape]);
    return tiled(
      from,
      target.map((dim, i) => dim / Math.max(1, from.shape[i]!)),
    );
  },
};

export const repeat: Kernel = {
  op: 'repeat',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const counts = call.node.attrs['counts'] as readonly number[];
    return tiled(x.reshape([...counts.slice(x.rank).map(() => 1), ...x.shape]), counts);
  },
};

/** As a broadcast product with ones where only axes of 1 grow: its gradient is a sum. */
function tiled(x: tf.Tensor, counts: readonly number[]): tf.Tensor {
  if (counts.every((count) => count === 1)) return x;
  if (counts.some((count, i) => count !== 1 && x.shape[i] !== 1) || x.dtype !== 'float32')
    return tile(x, counts);
  return tf.mul(x, tf.ones([...counts]));
}

/** Axis by axis, as concatenations: tf tiles, but not on every device and with gradients up to four axes only. */
function tile(x: tf.Tensor, counts: readonly number[]): tf.Tensor {
  return counts.reduce((y, count, axis) => {
    if (count === 1) return y;
    if (count === 0)
      return tf.zeros(
        y.shape.map((dim, at) => (at === axis ? 0 : dim)),
        y.dtype,
      );
    return tf.concat(
      Array.from({ length: count }, () => y),
      axis,
    );
  }, x);
}

export const repeatInterleave: Kernel = {
  op: 'repeatInterleave',
  axes: 'same',
  run(call) {
    const x = first(call);
    const [axis, count] = [axisIn(call, int(call.node.attrs, 'axis')), number(call, 'count', 1)];
    if (count === 1) return x;
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const rows = x.reshape([elements(before), x.shape[axis]!, 1, elements(after)]);
    return tiled(rows, [1, 1, count, 1]).reshape([...before, x.shape[axis]! * count, ...after]);
  },
};
