// Puts tensors together along an axis, and cuts a stretch out of one.
import { elements } from '../../../core/graph/shape';
import { int } from '../../../core/graph/op';
import { tf } from '../../../native/tf';
import { axisIn, first, type Kernel, number, size } from '../kernel';

export const concat: Kernel = {
  op: 'concat',
  axes: 'same',
  run(call) {
    const { inputs } = call;
    if (inputs.length === 1) return inputs[0]!;
    const float = inputs.some(({ dtype }) => dtype === 'float32');
    return tf.concat(
      inputs.map((x) => (float ? x.toFloat() : x)),
      axisIn(call, int(call.node.attrs, 'axis')),
    );
  },
};

export const slice: Kernel = {
  op: 'slice',
  axes: 'same',
  run(call) {
    const x = first(call);
    const axis = axisIn(call, int(call.node.attrs, 'axis'));
    const [start, length, step] = [size(call, 'start'), size(call, 'length'), number(call, 'step', 1)];
    if (start === 0 && length === x.shape[axis] && step === 1) return x;
    const [begin, end] = [x.shape.map(() => 0), x.shape.slice()];
    begin[axis] = start;
    end[axis] = step === 1 ? length : Math.min(length * step, x.shape[axis]! - start);
    const part = tf.slice(x, begin, end);
    return step === 1 ? part : everyOf(part, axis, length, step);
  },
};

/** Every `step`-th position, by laying steps out as an axis of their own: strided slices have no gradient on all devices. */
export function everyOf(x: tf.Tensor, axis: number, length: number, step: number): tf.Tensor {
  const gap = length * step - x.shape[axis]!;
  const ends = x.shape.map((_, at): [number, number] => [0, at === axis ? gap : 0]);
  const whole = gap === 0 ? x : tf.pad(x, ends);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const rows = whole.reshape([elements(before), length, step, elements(after)]);
  return tf.slice(rows, [0, 0, 0, 0], [-1, -1, 1, -1]).reshape([...before, length, ...after]);
}
