// Convolutions, plain and transposed: ONNX's Conv and ConvTranspose have PyTorch's weight layouts and grouping.
import { each } from '../../../../core/graph/attributes';
import { int } from '../../../../core/graph/op';
import { channelsFirst, type OnnxOp } from '../op';
import { windowAttrs } from '../window';

const convolution: OnnxOp = (c) => {
  const weights = [c.param('weight', 'torch'), ...(c.has('bias') ? [c.param('bias')] : [])];
  const attrs = { ...windowAttrs(c), group: { int: int(c.attrs, 'groups') } };
  return channelsFirst(c, (x) => c.emit('Conv', [x, ...weights], attrs));
};

const transposed: OnnxOp = (c) => {
  const weights = [c.param('weight', 'torch'), ...(c.has('bias') ? [c.param('bias')] : [])];
  const count = c.inputShape(0).length - 2;
  const all = (key: string, fallback?: number) => each(c.attrs, key, count, fallback);
  const [kernel, strides, dilations] = [all('kernel'), all('stride', 1), all('dilation', 1)];
  const same = c.attrs['padding'] === 'same';
  const ends = kernel.map((size, i): readonly [number, number, number] => {
    if (!same) {
      const both = c.attrs['padding'] === 'valid' ? 0 : all('padding', 0)[i]!;
      return [both, both, all('outputPadding', 0)[i]!];
    }
    // Keras: the output is `stride` times as wide.
    const beyond = dilations[i]! * (size - 1) + 1 - strides[i]!;
    const total = Math.max(0, beyond);
    return [Math.floor(total / 2), Math.ceil(total / 2), Math.max(0, -beyond)];
  });
  const attrs = {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: [...ends.map(([before]) => before), ...ends.map(([, after]) => after)] },
    output_padding: { ints: ends.map(([, , more]) => more) },
    group: { int: int(c.attrs, 'groups') },
  };
  return channelsFirst(c, (x) => c.emit('ConvTranspose', [x, ...weights], attrs));
};

export const convolutions = {
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  convTranspose1d: transposed,
  convTranspose2d: transposed,
  convTranspose3d: transposed,
};
