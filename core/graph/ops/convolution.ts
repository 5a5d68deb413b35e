// Convolution over one, two or three dimensions, grouped and depthwise included.
import { each } from '../attributes';
import type { Attrs, AxisRole } from '../model-graph';
import { channelAxis, int, type OpDef, type ParamSpec } from '../op';
import { elements, formatShape, type Shape, ShapeError } from '../shape';
import { slide, spatial, windowSize } from './window';

/**
 * attrs: `inChannels`, `outChannels`, `kernel`, `stride`, `padding` (numbers, 'same' or 'valid'), `dilation`, `groups`,
 * `bias`; one number or one for each spatial axis. Weight: out × in/groups × kernel (PyTorch's OIHW).
 */
const convolution = (count: number): OpDef => ({
  kind: `conv${count}d`,
  sparseWeight: 'weight',
  couple: 'mix',

  params(attrs) {
    const { inPerGroup, out } = widths(attrs);
    return weights([out, inPerGroup], ['out', 'in'], out, attrs, count);
  },

  shape([given], attrs, context) {
    const x = spatial(given, count, `conv${count}d`);
    const axis = channelAxis(x.length, context.layout);
    requireChannels(x, axis, attrs, `conv${count}d`);
    const y = slide(x, attrs, context);
    y[axis] = widths(attrs).out;
    return [y];
  },

  macs: ({ outputs: [y], attrs }) => elements(y!) * widths(attrs).inPerGroup * windowSize(attrs, count),
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
});

export const [conv1d, conv2d, conv3d] = [1, 2, 3].map(convolution) as [OpDef, OpDef, OpDef];

/** Roles of a kernel's spatial axes. */
const spatialRoles: readonly AxisRole[] = ['depth', 'height', 'width'];

/** A weight of the two channel axes and the kernel's, and a bias. */
export function weights(
  channels: readonly [number, number],
  roles: readonly [AxisRole, AxisRole],
  out: number,
  attrs: Attrs,
  count: number,
): ParamSpec[] {
  const kernel = each(attrs, 'kernel', count);
  if (kernel.some((size) => !Number.isInteger(size) || size < 1))
    throw new ShapeError(`a convolution needs a whole kernel, not ${kernel.join('×')}`);
  // PyTorch's kaiming_uniform(a=√5) comes out at ±1/√fan_in, for weight and bias alike.
  const bound = 1 / Math.sqrt(channels[1] * kernel.reduce((n, size) => n * size, 1));
  const init = { kind: 'uniform', bound } as const;
  const axes = [...roles, ...spatialRoles.slice(3 - count)];
  const weight = { role: 'weight', shape: [...channels, ...kernel], axes, init };
  const bias = { role: 'bias', shape: [out], axes: ['out'] as const, init };
  return attrs['bias'] === false ? [weight] : [weight, bias];
}

/** Channels of a convolution in all and per group, which have to be whole. */
export function widths(attrs: Attrs) {
  const [channels, out, groups] = [int(attrs, 'inChannels'), int(attrs, 'outChannels'), int(attrs, 'groups')];
  if ([channels, out, groups].some((count) => !Number.isInteger(count) || count < 1))
    throw new ShapeError(
      `a convolution needs whole numbers of channels and groups, not ${channels}, ${out} and ${groups}`,
    );
  if (channels % groups !== 0 || out % groups !== 0) {
    throw new ShapeError(`${channels} input and ${out} output channels do not divide into ${groups} groups`);
  }
  return { channels, out, inPerGroup: channels / groups, outPerGroup: out / groups };
}

export function requireChannels(x: Shape, axis: number, attrs: Attrs, what: string): void {
  if (x[axis] !== int(attrs, 'inChannels')) {
    throw new ShapeError(
      `${what} expects ${int(attrs, 'inChannels')} input channels but the input is ${formatShape(x)}`,
    );
  }
}
