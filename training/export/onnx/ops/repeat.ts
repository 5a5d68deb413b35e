// Ops that repeat elements: expand, tile, repeat each one.
import { int } from '../../../../core/graph/op';
import { axisOf, isBatch, sameDim } from '../../../../core/graph/shape';
import { longs, type OnnxOp, plain } from '../op';

const expand: OnnxOp = (c) => {
  const [x, y] = [c.inputShape(0), c.outputShape()];
  // A size that stays is asked for as 1, which grows to whatever is there.
  const dims = y.map((dim, i) => {
    const own = x[i - y.length + x.length];
    return own !== undefined && sameDim(own, dim) ? 1 : dim;
  });
  return plain(c.emit('Expand', [c.input(0, 'plain'), c.shape(dims)]));
};

const repeat: OnnxOp = (c) => {
  const counts = c.attrs['counts'] as readonly number[];
  const rank = c.inputShape(0).length;
  const x = c.input(0, 'plain');
  // New axes come first.
  const ones = Array.from({ length: counts.length - rank }, () => 1);
  const wide = ones.length > 0 ? c.emit('Reshape', [x, c.shape([...ones, ...c.inputShape(0)])]) : x;
  return plain(c.emit('Tile', [wide, c.constant(longs(counts))]));
};

const repeatInterleave: OnnxOp = (c) => {
  const [x, count] = [c.inputShape(0), int(c.attrs, 'count')];
  const axis = axisOf(int(c.attrs, 'axis'), x.length);
  const size = x[axis]!;
  if (isBatch(size)) return c.refuse('it repeats samples, whose number is open');
  const picked = Array.from({ length: size * count }, (_, i) => Math.floor(i / count));
  return plain(c.emit('Gather', [c.input(0, 'plain'), c.constant(longs(picked))], { axis: { int: axis } }));
};

export const repeats = { expand, repeat, repeatInterleave };
