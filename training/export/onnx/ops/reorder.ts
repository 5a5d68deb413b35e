// Ops that put the positions of an axis in another order: roll, flip, sort, topk.
import { axesOf } from '../../../../core/graph/attributes';
import { int } from '../../../../core/graph/op';
import { axisOf, isBatch } from '../../../../core/graph/shape';
import { longs, type OnnxOp, type OpContext, plain } from '../op';

/** Positions `from` … `to` of an axis; a negative step goes backwards. */
const part = (c: OpContext, x: string, axis: number, from: number, to: number, step = 1): string =>
  c.emit('Slice', [x, ...[[from], [to], [axis], [step]].map((values) => c.constant(longs(values)))]);

/** As far as Slice goes: beyond any size. */
const beyond = 2 ** 31 - 1;

const roll: OnnxOp = (c) => {
  const shifts = [c.attrs['shifts']].flat() as readonly number[];
  const shape = c.inputShape(0);
  const axes = axesOf(c.attrs, shape.length);
  return plain(
    axes.reduce(
      (x, axis, i) => {
        const size = shape[axis]!;
        if (isBatch(size)) return c.refuse('it rolls the batch');
        const by = (((shifts[i] ?? 0) % size) + size) % size;
        if (by === 0) return x;
        const [end, front] = [part(c, x, axis, size - by, beyond), part(c, x, axis, 0, size - by)];
        return c.emit('Concat', [end, front], { axis: { int: axis } });
      },
      c.input(0, 'plain'),
    ),
  );
};

const flip: OnnxOp = (c) =>
  plain(
    axesOf(c.attrs, c.inputShape(0).length).reduce(
      (x, axis) => part(c, x, axis, -1, -beyond, -1),
      c.input(0, 'plain'),
    ),
  );

/** The k largest, or smallest, in order; ONNX's positions are 64-bit. */
function ranked(c: OpContext, axis: number, k: number, largest: boolean) {
  const attrs = { axis: { int: axis }, largest: { int: largest ? 1 : 0 } };
  const [values, positions] = c.emitAll('TopK', [c.input(0, 'plain'), c.constant(longs([k]))], 2, attrs);
  return [plain(values!), plain(c.emit('Cast', [positions!], { to: { int: 6 } }))];
}

const sort: OnnxOp = (c) => {
  const shape = c.inputShape(0);
  const axis = axisOf(int(c.attrs, 'axis'), shape.length);
  const size = shape[axis]!;
  if (isBatch(size)) return c.refuse('it sorts the batch');
  return ranked(c, axis, size, c.attrs['descending'] === true);
};

const topk: OnnxOp = (c) =>
  ranked(
    c,
    axisOf(int(c.attrs, 'axis'), c.inputShape(0).length),
    int(c.attrs, 'k'),
    c.attrs['largest'] !== false,
  );

export const reorders = { roll, flip, sort, topk };
