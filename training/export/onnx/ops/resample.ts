// Ops that trade image positions: interpolation and pixel shuffles.
import { each } from '../../../../core/graph/attributes';
import { channelAxis, int } from '../../../../core/graph/op';
import type { Dim } from '../../../../core/graph/shape';
import { channelsFirst, type OnnxOp } from '../op';
import type { OnnxAttr } from '../proto';

const text = (string: string): OnnxAttr => ({ string });

/** Resize's words for PyTorch's modes. */
const modes: Readonly<Record<string, Readonly<Record<string, OnnxAttr>>>> = {
  nearest: {
    mode: text('nearest'),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  },
  'nearest-exact': {
    mode: text('nearest'),
    coordinate_transformation_mode: text('half_pixel'),
    nearest_mode: text('round_prefer_ceil'),
  },
  linear: { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') },
  bilinear: { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') },
  trilinear: { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') },
  // Keys' convolution as PyTorch has it.
  bicubic: {
    mode: text('cubic'),
    coordinate_transformation_mode: text('half_pixel'),
    cubic_coeff_a: { float: -0.75 },
  },
};

const interpolate: OnnxOp = (c) => {
  const shape = c.inputShape(0);
  const asked = c.attrs['mode'];
  const name = typeof asked === 'string' ? asked : 'nearest';
  const mode = modes[name];
  if (!mode) return c.refuse(`interpolation of mode ${name} is not written`);
  const aligned = c.attrs['alignCorners'] === true && !name.startsWith('nearest');
  const attrs = { ...mode, ...(aligned ? { coordinate_transformation_mode: text('align_corners') } : {}) };
  const channels = shape[channelAxis(shape.length, c.layout)]!;
  const sizes: Dim[] = [shape[0]!, channels, ...each(c.attrs, 'size', shape.length - 2)];
  // Sizes, not scales: a scale times a size may fall short of a whole number.
  return channelsFirst(c, (x) => c.emit('Resize', [x, '', '', c.shape(sizes)], attrs));
};

const pixelShuffle: OnnxOp = (c) => ({
  name: c.emit('DepthToSpace', [c.input(0, 'image')], {
    blocksize: { int: int(c.attrs, 'factor') },
    // PyTorch's order of channels.
    mode: text('CRD'),
  }),
  form: 'image',
});

/** SpaceToDepth has another order of channels. */
const pixelUnshuffle: OnnxOp = (c) => {
  const factor = int(c.attrs, 'factor');
  const shape = c.inputShape(0);
  const channel = channelAxis(4, c.layout);
  const [height, width] = shape.filter((_, axis) => axis !== 0 && axis !== channel) as [number, number];
  const [n, channels] = [shape[0]!, shape[channel] as number];
  const [down, across] = [height / factor, width / factor];
  const apart = c.emit('Reshape', [
    c.input(0, 'image'),
    c.shape([n, channels, down, factor, across, factor]),
  ]);
  const turned = c.emit('Transpose', [apart], { perm: { ints: [0, 1, 3, 5, 2, 4] } });
  return {
    name: c.emit('Reshape', [turned, c.shape([n, channels * factor ** 2, down, across])]),
    form: 'image',
  };
};

export const resamples = { interpolate, pixelShuffle, pixelUnshuffle };
