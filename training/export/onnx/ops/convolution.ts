// Convolution: ONNX's Conv has PyTorch's weight layout and grouping.
import { int } from '../../../../core/graph/op';
import type { OnnxOp } from '../op';
import { windowAttrs } from '../window';

const conv2d: OnnxOp = (c) => {
  const weights = [c.param('weight', 'torch'), ...(c.has('bias') ? [c.param('bias')] : [])];
  const attrs = { ...windowAttrs(c), group: { int: int(c.attrs, 'groups') } };
  return { name: c.emit('Conv', [c.input(0, 'image'), ...weights], attrs), form: 'image' };
};

export const convolution = { conv2d };
