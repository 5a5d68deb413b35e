// Picks positions by index: gather, indexSelect, advanced indexing, and lookup in a table of embeddings.
import { int } from '../../../core/graph/op';
import { axisOf } from '../../../core/graph/shape';
import { rowsAt } from '../../../native/kernels/rows';
import { tf } from '../../../native/tf';
import { axisIn, first, type Kernel, number, shape } from '../kernel';

const whole = (x: tf.Tensor): tf.Tensor => (x.dtype === 'int32' ? x : x.toInt());

/** Negative positions count from the end. */
const within = (index: tf.Tensor, size: number): tf.Tensor => {
  const at = whole(index);
  return tf.where(tf.less(at, 0), tf.add(at, tf.scalar(size, 'int32')), at);
};

/** Along an axis, whole slices. @returns the axes of the positions in place of the axis. */
function taken(x: tf.Tensor, index: tf.Tensor, axis: number): tf.Tensor {
  const others = x.shape.map((_, at) => at).filter((at) => at !== axis);
  const size = x.shape[axis]!;
  const rest = others.map((at) => x.shape[at]!);
  const rows = (axis === 0 ? x : x.transpose([axis, ...others])).reshape([size, -1]);
  const picked = rowsAt(rows, within(index, size).flatten()).reshape([...index.shape, ...rest]);
  if (axis === 0) return picked;
  const front = Array.from({ length: index.rank }, (_, i) => i);
  const at = (i: number) => index.rank + i;
  return picked.transpose([
    ...others.slice(0, axis).map((_, i) => at(i)),
    ...front,
    ...others.slice(axis).map((_, i) => at(axis + i)),
  ]);
}

/** out[i][j] = x[index[i][j]][j] along axis 0, and so on for the others (torch.gather). */
const gather: Kernel = {
  op: 'gather',
  axes: 'same',
  run(call) {
    const [x, index] = call.inputs as [tf.Tensor, tf.Tensor];
    const axis = axisIn(call, int(call.node.attrs, 'axis'));
    return rowsAt(x.reshape([-1, 1]), flatPositions(x, index, axis).flatten()).reshape(index.shape);
  },
};

function flatPositions(x: tf.Tensor, index: tf.Tensor, axis: number): tf.Tensor {
  let [flat, stride] = [tf.scalar(0, 'int32') as tf.Tensor, 1];
  for (let at = x.rank - 1; at >= 0; at--) {
    const line = x.shape.map((_, i) => (i === at ? index.shape[at]! : 1));
    const along =
      at === axis ? within(index, x.shape[axis]!) : tf.range(0, index.shape[at]!, 1, 'int32').reshape(line);
    flat = tf.add(flat, tf.mul(along, tf.scalar(stride, 'int32')));
    stride *= x.shape[at]!;
  }
  return flat;
}

const indexSelect: Kernel = {
  op: 'indexSelect',
  axes: (node, [have = 'graph']) => ({
    takes: node.inputs.map((_, i) => (i === 0 ? have : 'graph')),
    gives: [have],
  }),
  run(call) {
    const known = call.node.attrs['index'];
    const index = Array.isArray(known) ? tf.tensor1d(known as number[], 'int32') : call.inputs[1]!.flatten();
    return taken(first(call), index, axisIn(call, int(call.node.attrs, 'axis')));
  },
};

const index: Kernel = {
  op: 'index',
  axes: 'graph',
  run(call) {
    const [x, ...positions] = call.inputs as [tf.Tensor, ...tf.Tensor[]];
    const { attrs } = call.node;
    if (attrs['axis'] !== undefined && attrs['axis'] !== null)
      return taken(x, positions[0]!, axisOf(number(call, 'axis'), x.rank));
    const axes = (attrs['axes'] as readonly number[] | undefined) ?? positions.map((_, i) => i);
    return picked(
      x,
      positions,
      axes.map((axis) => axisOf(axis, x.rank)),
      shape(call),
    );
  },
};

/** Several tensors of positions at once: they broadcast, and pick from their axes together (NumPy's rule). */
function picked(
  x: tf.Tensor,
  positions: readonly tf.Tensor[],
  axes: readonly number[],
  wanted: readonly number[],
): tf.Tensor {
  const rest = x.shape.map((_, at) => at).filter((at) => !axes.includes(at));
  const sizes = axes.map((axis) => x.shape[axis]!);
  const rows = x.transpose([...axes, ...rest]).reshape([sizes.reduce((n, dim) => n * dim, 1), -1]);
  let flat: tf.Tensor = tf.scalar(0, 'int32');
  positions.forEach((position, i) => {
    flat = tf.add(tf.mul(flat, tf.scalar(sizes[i]!, 'int32')), within(position, sizes[i]!));
  });
  const y = rowsAt(rows, flat.flatten()).reshape([...flat.shape, ...rest.map((at) => x.shape[at]!)]);
  const together = axes.every((axis, i) => i === 0 || axis === axes[i - 1]! + 1);
  if (!together || axes[0] === 0) return y.reshape([...wanted]);
  // Neighbouring axes are replaced where they stood.
  const front = rest.filter((at) => at < axes[0]!).length;
  const own = Array.from({ length: flat.rank }, (_, i) => i);
  const others = rest.map((_, i) => flat.rank + i);
  return y.transpose([...others.slice(0, front), ...own, ...others.slice(front)]).reshape([...wanted]);
}

const embedding: Kernel = {
  op: 'embedding',
  axes: 'graph',
  run(call) {
    const x = first(call);
    const weight = call.param('weight')!;
    return rowsAt(weight, whole(x).flatten()).reshape([...x.shape, weight.shape[1]!]);
  },
};

export const indexings: readonly Kernel[] = [gather, indexSelect, index, embedding];
