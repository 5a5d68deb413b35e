// Convolutions: the Conv-BatchNorm-activation unit that everything is made of, and its relatives.
import type { Init, Param, ValueId } from '../../../../core/graph/model-graph';
import type { Place } from '../place';
import { type Row, scaled } from './module';

export interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  readonly dilation?: number;
  readonly act?: boolean;
}

/** Conv → BatchNorm → activation, named `conv` and `bn`. Padding keeps the size where nothing else is said. */
export function conv(place: Place, x: ValueId, out: number, options: ConvOptions = {}): ValueId {
  const { kernel = 1, groups = 1, dilation = 1, act = true } = options;
  const y = convolve(place.at('conv'), x, out, { ...options, kernel, groups, dilation, bias: false });
  // These networks set both numbers for all their norms.
  const attrs = { features: out, eps: 1e-3, momentum: 0.03, affine: true };
  const normed = place.at('bn').add('batchNorm2d', [y], attrs);
  const { activation } = place.settings;
  return act && activation ? place.at('act').add(activation.op, [normed], activation.attrs) : normed;
}

/** A bare convolution. */
export function convolve(
  place: Place,
  x: ValueId,
  out: number,
  {
    kernel = 1,
    stride = 1,
    padding,
    groups = 1,
    dilation = 1,
    bias = true,
    biasStart,
  }: ConvOptions & { bias?: boolean; biasStart?: number | undefined },
): ValueId {
  const pad = padding ?? Math.floor((dilation * (kernel - 1) + 1) / 2);
  const attrs = {
    inChannels: place.channels(x),
    outChannels: out,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [pad, pad],
    dilation: [dilation, dilation],
    groups,
    bias,
  };
  if (biasStart === undefined) return place.add('conv2d', [x], attrs);
  const init = (role: string, own: Param): Init =>
    role === 'bias' ? { kind: 'constant', value: biasStart } : own.init;
  return place.add('conv2d', [x], attrs, { init });
}

/** Half of the channels by a convolution, the other half from them by a cheap depthwise one (Han et al. 2020). */
export function ghostConv(place: Place, x: ValueId, out: number, options: ConvOptions = {}): ValueId {
  const half = Math.floor(out / 2);
  const first = conv(place.at('cv1'), x, half, options);
  const act = options.act ?? true;
  return place.concat([first, conv(place.at('cv2'), first, half, { kernel: 5, groups: half, act })]);
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

export function depthwiseConv(place: Place, x: ValueId, out: number, options: ConvOptions = {}): ValueId {
  return conv(place, x, out, { ...options, groups: greatestDivisor(place.channels(x), out) });
}

/** Kernel, stride, padding, groups, dilation: the order of arguments of Conv. */
function options({ args }: Row): ConvOptions {
  const padding = args.raw(2);
  return {
    kernel: args.whole(0, 'kernel', 1),
    stride: args.whole(1, 'stride', 1),
    ...(padding === undefined || padding === 'None' ? {} : { padding: args.number(2, 'padding', 0) }),
    groups: args.whole(3, 'groups', 1),
    dilation: args.whole(4, 'dilation', 1),
  };
}

export const convolutions = {
  Conv: scaled((place, x, row) => conv(place, x, row.out, options(row))),
  DWConv: scaled((place, x, { out, args }) =>
    depthwiseConv(place, x, out, { kernel: args.whole(0, 'kernel', 1), stride: args.whole(1, 'stride', 1) }),
  ),
  GhostConv: scaled((place, x, { out, args }) =>
    ghostConv(place, x, out, {
      kernel: args.whole(0, 'kernel', 1),
      stride: args.whole(1, 'stride', 1),
      groups: args.whole(2, 'groups', 1),
    }),
  ),
  /** Each 2×2 square of pixels becomes four channels. */
  Focus: scaled((place, x, row) => {
    const every = (input: ValueId, axis: number, start: number) => {
      const length = Math.ceil((place.size(input, axis) - start) / 2);
      return place.add('slice', [input], { axis, start, length, step: 2 });
    };
    const corners = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const;
    const parts = corners.map(([row_, column]) => every(every(x, 2, row_), 3, column));
    return conv(place.at('conv'), place.concat(parts), row.out, options(row));
  }),
  /** First the channels, then the size: pointwise, then depthwise (YOLOv10). */
  SCDown: scaled((place, x, { out, args }) => {
    const y = conv(place.at('cv1'), x, out);
    const [kernel, stride] = [args.whole(0, 'kernel'), args.whole(1, 'stride')];
    return conv(place.at('cv2'), y, out, { kernel, stride, groups: out, act: false });
  }),
  'nn.Conv2d': scaled((place, x, { out, args }) =>
    convolve(place, x, out, {
      kernel: args.whole(0, 'kernel'),
      stride: args.whole(1, 'stride', 1),
      padding: args.number(2, 'padding', 0),
    }),
  ),
  'nn.ConvTranspose2d': scaled((place, x, { out, args }) =>
    transpose(
      place,
      x,
      out,
      args.whole(0, 'kernel'),
      args.whole(1, 'stride', 1),
      args.number(2, 'padding', 0),
    ),
  ),
};

/** A convolution that makes images larger, with a bias. */
export function transpose(
  place: Place,
  x: ValueId,
  out: number,
  kernel: number,
  stride: number,
  padding: number,
): ValueId {
  return place.add('convTranspose2d', [x], {
    inChannels: place.channels(x),
    outChannels: out,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
    outputPadding: [0, 0],
    dilation: [1, 1],
    groups: 1,
    bias: true,
  });
}
