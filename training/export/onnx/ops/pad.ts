// Padding at both ends of axes.
import { longs, type OnnxOp } from '../op';

const zeroPad2d: OnnxOp = (c) => {
  const [left, right, top, bottom] = c.attrs['padding'] as readonly [number, number, number, number];
  const pads = c.constant(longs([0, 0, top, left, 0, 0, bottom, right]));
  return { name: c.emit('Pad', [c.input(0, 'image'), pads]), form: 'image' };
};

const modes: Readonly<Record<string, string>> = {
  constant: 'constant',
  reflect: 'reflect',
  replicate: 'edge',
};

const pad: OnnxOp = (c) => {
  const rank = c.inputShape(0).length;
  const form = c.cheapForm();
  const given = c.attrs['padding'] as readonly number[];
  const asked = typeof c.attrs['mode'] === 'string' ? c.attrs['mode'] : 'constant';
  const mode = modes[asked];
  if (mode === undefined) return c.refuse(`padding of mode ${asked} came with opset 19`);
  const ends = Array.from({ length: 2 * rank }, () => 0);
  // PyTorch names the last axis first.
  for (let i = 0; 2 * i < given.length; i++) {
    const axis = c.axis(rank - 1 - i, form);
    [ends[axis], ends[rank + axis]] = [given[2 * i]!, given[2 * i + 1]!];
  }
  const value = mode === 'constant' ? [c.scalar(Number(c.attrs['value'] ?? 0), c.inputType(0))] : [];
  const inputs = [c.input(0, form), c.constant(longs(ends)), ...value];
  return { name: c.emit('Pad', inputs, { mode: { string: mode } }), form };
};

export const pads = { pad, zeroPad2d };
