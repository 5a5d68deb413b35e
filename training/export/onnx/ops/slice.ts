// A stretch of one axis; along the batch its ends are computed where the batch size is known.
import { int } from '../../../../core/graph/op';
import { axisOf, type Dim, isBatch } from '../../../../core/graph/shape';
import { longs, type OnnxOp } from '../op';

const slice: OnnxOp = (c) => {
  const form = c.cheapForm();
  const axis = c.axis(axisOf(int(c.attrs, 'axis'), c.inputShape(0).length), form);
  const [start, length] = [c.attrs['start'] as Dim, c.attrs['length'] as Dim];
  const step = Number(c.attrs['step'] ?? 1);
  const ends = (): [string, string] => {
    if (!isBatch(start) && !isBatch(length)) {
      const end = start + Math.max(0, (length - 1) * step + 1);
      return [c.constant(longs([start])), c.constant(longs([end]))];
    }
    if (step !== 1) return c.refuse('it takes some samples of a batch and leaves out others');
    const from = c.shape([start]);
    return [from, start === 0 ? c.shape([length]) : c.emit('Add', [from, c.shape([length])])];
  };
  const inputs = [c.input(0, form), ...ends(), c.constant(longs([axis])), c.constant(longs([step]))];
  return { name: c.emit('Slice', inputs), form };
};

export const slices = { slice };
