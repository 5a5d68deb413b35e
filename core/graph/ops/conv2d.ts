// Two-dimensional convolution, grouped and depthwise included.
import { type Attrs } from '../model-graph';
import { imageAxes, int, type OpDef, type OpIo, pair } from '../op';
import { type Dim, elements, formatShape, isBatch, type Shape, ShapeError } from '../shape';

/**
 * attrs: `inChannels`, `outChannels`, `kernel` [h,w], `stride` [h,w], `padding` (number, [h,w], 'same' or 'valid'),
 * `dilation` [h,w], `groups`, `bias`. Weight: out × in/groups × kh × kw (PyTorch's OIHW).
 */
export const conv2d: OpDef = {
  kind: 'conv2d',
  sparseWeight: 'weight',
  couple: 'mix',

  params(attrs) {
    const [out, inPerGroup, kernel] = [
      int(attrs, 'outChannels'),
      inputsPerGroup(attrs),
      pair(attrs, 'kernel'),
    ];
    // PyTorch's kaiming_uniform(a=√5) comes out at ±1/√fan_in, for weight and bias alike.
    const bound = 1 / Math.sqrt(inPerGroup * kernel[0] * kernel[1]);
    const weight = {
      role: 'weight',
      shape: [out, inPerGroup, ...kernel],
      axes: ['out', 'in', 'height', 'width'] as const,
      init: { kind: 'uniform', bound } as const,
    };
    const bias = {
      role: 'bias',
      shape: [out],
      axes: ['out'] as const,
      init: { kind: 'uniform', bound } as const,
    };
    return attrs['bias'] === false ? [weight] : [weight, bias];
  },

  shape([x], attrs, { layout }) {
    const axes = imageAxes(layout);
    if (!x || x.length !== 4)
      throw new ShapeError(`conv2d needs a 4-D input, not ${x ? formatShape(x) : 'nothing'}`);
    const channels = x[axes.channel]!;
    if (channels !== int(attrs, 'inChannels')) {
      throw new ShapeError(
        `conv2d expects ${int(attrs, 'inChannels')} input channels but the input is ${formatShape(x)}`,
      );
    }
    const y: Dim[] = [...x];
    y[axes.channel] = int(attrs, 'outChannels');
    y[axes.height] = windowOutput(x, axes.height, attrs, 0);
    y[axes.width] = windowOutput(x, axes.width, attrs, 1);
    return [y];
  },

  macs({ outputs: [y], attrs }: OpIo) {
    const [kh, kw] = pair(attrs, 'kernel');
    return elements(y!) * inputsPerGroup(attrs) * kh * kw;
  },
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
};

function inputsPerGroup(attrs: Attrs): number {
  const [channels, out, groups] = [int(attrs, 'inChannels'), int(attrs, 'outChannels'), int(attrs, 'groups')];
  if ([channels, out, groups].some((count) => !Number.isInteger(count) || count < 1))
    throw new ShapeError(
      `a convolution needs whole numbers of channels and groups, not ${channels}, ${out} and ${groups}`,
    );
  if (channels % groups !== 0 || out % groups !== 0) {
    throw new ShapeError(`${channels} input and ${out} output channels do not divide into ${groups} groups`);
  }
  return channels / groups;
}

/** Output size of a sliding window along one spatial axis (which = 0 for height, 1 for width). */
export function windowOutput(x: Shape, axis: number, attrs: Attrs, which: 0 | 1): number {
  const size = x[axis]!;
  if (isBatch(size))
    throw new ShapeError(`a window cannot slide over the batch dimension of ${formatShape(x)}`);
  const [kernel, stride] = [pair(attrs, 'kernel')[which], pair(attrs, 'stride', 1)[which]];
  const dilation = pair(attrs, 'dilation', 1)[which];
  if ([kernel, stride, dilation].some((count) => !Number.isInteger(count) || count < 1))
    throw new ShapeError(
      `a window needs a whole kernel, stride and dilation, not ${kernel}, ${stride} and ${dilation}`,
    );
  if (attrs['padding'] === 'same') return Math.ceil(size / stride);
  const padding = attrs['padding'] === 'valid' ? 0 : pair(attrs, 'padding', 0)[which];
  const reach = dilation * (kernel - 1) + 1;
  const steps = (size + 2 * padding - reach) / stride;
  let out = Math.floor(steps) + 1;
  // Rounded up, a last window must still begin inside the input or its left padding (PyTorch's rule).
  if (attrs['ceilMode'] === true && out - 1 < steps && out * stride < size + padding) out++;
  if (out < 1)
    throw new ShapeError(
      `a ${kernel}-wide window does not fit into ${formatShape(x)} with padding ${padding}`,
    );
  return out;
}
