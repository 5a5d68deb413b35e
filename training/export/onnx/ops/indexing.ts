// Picks positions by index. ONNX counts negative positions from the end, as PyTorch does.
import { int } from '../../../../core/graph/op';
import { axisOf, formatShape, isBatch, sameDim } from '../../../../core/graph/shape';
import { longs, type OnnxOp, type OpContext, plain } from '../op';

const axisIn = (c: OpContext): number => axisOf(int(c.attrs, 'axis'), c.inputShape(0).length);

const embedding: OnnxOp = (c) =>
  plain(
    c.emit('Gather', [c.param('weight'), c.cast(c.input(0, 'plain'), c.inputType(0), 'int32')], {
      axis: { int: 0 },
    }),
  );

const indexSelect: OnnxOp = (c) => {
  const known = c.attrs['index'];
  const positions = Array.isArray(known)
    ? c.constant(longs(known as readonly number[]))
    : c.emit('Reshape', [c.input(1, 'plain'), c.constant(longs([-1]))]);
  return plain(c.emit('Gather', [c.input(0, 'plain'), positions], { axis: { int: axisIn(c) } }));
};

const gather: OnnxOp = (c) => {
  const [x, at, axis] = [c.inputShape(0), c.inputShape(1), axisIn(c)];
  if (x.some((dim, i) => i !== axis && !sameDim(dim, at[i]!)))
    return c.refuse(`ONNX gathers along one axis alone, not ${formatShape(at)} of ${formatShape(x)}`);
  const attrs = { axis: { int: axis } };
  return plain(c.emit('GatherElements', [c.input(0, 'plain'), c.input(1, 'plain')], attrs));
};

const index: OnnxOp = (c) => {
  const axis = c.attrs['axis'];
  if (axis === undefined || axis === null) return together(c);
  const attrs = { axis: { int: axisIn(c) } };
  return plain(c.emit('Gather', [c.input(0, 'plain'), c.input(1, 'plain')], attrs));
};

/** Several tensors of positions at once: they broadcast, and pick from neighbouring axes together (NumPy's rule). */
function together(c: OpContext) {
  const x = c.inputShape(0);
  const count = c.inputCount - 1;
  const named = c.attrs['axes'] as readonly number[] | undefined;
  const axes = Array.from({ length: count }, (_, i) => axisOf(named?.[i] ?? i, x.length));
  const sizes = axes.map((axis) => x[axis]!);
  if (axes.some((axis, i) => i > 0 && axis !== axes[i - 1]! + 1))
    return c.refuse('it picks from axes that are not neighbours');
  if (sizes.some(isBatch)) return c.refuse('it picks from the batch dimension and another');
  const whole = sizes as readonly number[];
  // One position in the axes laid out as one.
  const flat = whole.reduce<string | undefined>((sum, size, i) => {
    const at = c.input(i + 1, 'plain');
    const wrapped = c.emit('Where', [
      c.emit('Less', [at, c.scalar(0, 'int32')]),
      c.emit('Add', [at, c.scalar(size, 'int32')]),
      at,
    ]);
    return sum === undefined
      ? wrapped
      : c.emit('Add', [c.emit('Mul', [sum, c.scalar(size, 'int32')]), wrapped]);
  }, undefined);
  const product = whole.reduce((n, size) => n * size, 1);
  const dims = [...x.slice(0, axes[0]), product, ...x.slice(axes[0]! + count)];
  const laid = c.emit('Reshape', [c.input(0, 'plain'), c.shape(dims)]);
  return plain(c.emit('Gather', [laid, flat!], { axis: { int: axes[0]! } }));
}

export const indexings = { embedding, indexSelect, gather, index };
