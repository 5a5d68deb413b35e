// Ops that put the positions of an axis in another order: roll, flip, sort, topk.
import { tf } from '../../../native/tf';
import { axesIn, axisIn, first, isSet, type Kernel, type KernelCall, number } from '../kernel';

const roll: Kernel = {
  op: 'roll',
  axes: 'same',
  run(call) {
    const x = first(call);
    const shifts = call.node.attrs['shifts'];
    const list = (Array.isArray(shifts) ? shifts : [shifts]) as readonly number[];
    if (call.node.attrs['axes'] === undefined || call.node.attrs['axes'] === null)
      return rolled(x.flatten(), 0, list[0] ?? 0).reshape(x.shape);
    return axesIn(call).reduce((y, axis, i) => rolled(y, axis, list[i] ?? 0), x);
  },
};

function rolled(x: tf.Tensor, axis: number, shift: number): tf.Tensor {
  const length = x.shape[axis]!;
  const by = ((shift % length) + length) % length;
  if (by === 0) return x;
  const part = (from: number, count: number) => {
    const [begin, size] = [x.shape.map(() => 0), x.shape.slice()];
    begin[axis] = from;
    size[axis] = count;
    return tf.slice(x, begin, size);
  };
  return tf.concat([part(length - by, by), part(0, length - by)], axis);
}

const flip: Kernel = { op: 'flip', axes: 'same', run: (call) => tf.reverse(first(call), axesIn(call)) };

/** The largest k along an axis, largest first. Outputs: values, positions. */
function largest(x: tf.Tensor, axis: number, k: number): [tf.Tensor, tf.Tensor] {
  const order = x.shape.map((_, at) => at).filter((at) => at !== axis);
  const back = x.shape.map((_, at) => (at === axis ? x.rank - 1 : order.indexOf(at)));
  const { values, indices } = tf.topk(axis === x.rank - 1 ? x : x.transpose([...order, axis]), k, true);
  return axis === x.rank - 1 ? [values, indices] : [values.transpose(back), indices.transpose(back)];
}

const ascending = (x: tf.Tensor, axis: number, k: number): [tf.Tensor, tf.Tensor] => {
  const [values, positions] = largest(tf.neg(x), axis, k);
  return [tf.neg(values), positions];
};

const topk: Kernel = {
  op: 'topk',
  axes: 'same',
  run(call) {
    const axis = axisIn(call, number(call, 'axis', -1));
    const way = call.node.attrs['largest'] === false ? ascending : largest;
    return way(first(call), axis, number(call, 'k'));
  },
};

const sort: Kernel = {
  op: 'sort',
  axes: 'same',
  run(call: KernelCall) {
    const x = first(call);
    const axis = axisIn(call, number(call, 'axis', -1));
    return (isSet(call, 'descending') ? largest : ascending)(x, axis, x.shape[axis]!);
  },
};

export const reorders: readonly Kernel[] = [roll, flip, sort, topk];
