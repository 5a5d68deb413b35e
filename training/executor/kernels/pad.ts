// Padding at both ends of axes: with a number, a mirror, the border, or the other end.
import { tf } from '../../../native/tf';
import { axisIn, first, type Kernel, number, word } from '../kernel';

export const zeroPad2d: Kernel = {
  op: 'zeroPad2d',
  axes: 'channelsLast',
  run(call) {
    const [left, right, top, bottom] = call.node.attrs['padding'] as [number, number, number, number];
    const cut = along(along(first(call), 1, [top, bottom], negative), 2, [left, right], negative);
    const grow = (n: number) => Math.max(0, n);
    return tf.pad(cut, [
      [0, 0],
      [grow(top), grow(bottom)],
      [grow(left), grow(right)],
      [0, 0],
    ]);
  },
};

export const pad: Kernel = {
  op: 'pad',
  axes: 'same',
  run(call) {
    const x = first(call);
    const amounts = call.node.attrs['padding'] as readonly number[];
    const mode = word(call, 'mode', 'constant');
    let y = x;
    for (let i = 0; 2 * i < amounts.length; i++) {
      const [before, after] = [amounts[2 * i]!, amounts[2 * i + 1]!];
      const axis = axisIn(call, x.rank - 1 - i);
      y = along(y, axis, [before, after], negative);
      const grow = [Math.max(0, before), Math.max(0, after)] as const;
      y = along(y, axis, grow, modes[mode] ?? constant(number(call, 'value')));
    }
    return y;
  },
};

type Ends = readonly [number, number];
type Way = (x: tf.Tensor, axis: number, ends: Ends) => tf.Tensor;

const along = (x: tf.Tensor, axis: number, ends: Ends, way: Way): tf.Tensor =>
  ends[0] === 0 && ends[1] === 0 ? x : way(x, axis, ends);

/** A negative amount cuts. */
const negative: Way = (x, axis, [before, after]) => {
  const [from, to] = [Math.max(0, -before), x.shape[axis]! - Math.max(0, -after)];
  return from === 0 && to === x.shape[axis] ? x : part(x, axis, from, to - from);
};

const constant =
  (value: number): Way =>
  (x, axis, ends) =>
    tf.pad(
      x,
      x.shape.map((_, at): [number, number] => (at === axis ? [ends[0], ends[1]] : [0, 0])),
      value,
    );

function part(x: tf.Tensor, axis: number, from: number, count: number): tf.Tensor {
  const [begin, size] = [x.shape.map(() => 0), x.shape.slice()];
  begin[axis] = from;
  size[axis] = count;
  return tf.slice(x, begin, size);
}

const joined = (parts: readonly (tf.Tensor | undefined)[], axis: number): tf.Tensor =>
  tf.concat(
    parts.filter((each) => each !== undefined),
    axis,
  );

const modes: Readonly<Record<string, Way>> = {
  reflect: (x, axis, [before, after]) => {
    const last = x.shape[axis]! - 1;
    return joined(
      [
        before > 0 ? tf.reverse(part(x, axis, 1, before), axis) : undefined,
        x,
        after > 0 ? tf.reverse(part(x, axis, last - after, after), axis) : undefined,
      ],
      axis,
    );
  },
  replicate: (x, axis, [before, after]) => {
    const edge = (at: number, count: number) => Array.from({ length: count }, () => part(x, axis, at, 1));
    return joined([...edge(0, before), x, ...edge(x.shape[axis]! - 1, after)], axis);
  },
  circular: (x, axis, [before, after]) =>
    joined(
      [
        before > 0 ? part(x, axis, x.shape[axis]! - before, before) : undefined,
        x,
        after > 0 ? part(x, axis, 0, after) : undefined,
      ],
      axis,
    ),
};
