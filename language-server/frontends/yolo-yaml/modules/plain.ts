// Rows without weights: pooling pyramids, upsampling, padding, concatenation.
import type { ValueId } from '../../../../core/graph/model-graph';
import { RowProblem } from '../args';
import type { Place } from '../place';
import { conv } from './conv';
import { joining, plain, scaled } from './module';

const maxPool = (place: Place, x: ValueId, kernel: number, stride: number, padding: number): ValueId =>
  place.add('maxPool2d', [x], {
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
    dilation: [1, 1],
    ceilMode: false,
  });

export const plains = {
  /** Three pools of the same window, each over the one before: as wide as one of three times the size. */
  SPPF: scaled((place, x, { out, args }) => {
    const [kernel, pool] = [args.whole(0, 'kernel', 5), place.at('m')];
    const parts = [conv(place.at('cv1'), x, Math.floor(place.channels(x) / 2))];
    for (let i = 0; i < 3; i++) parts.push(maxPool(pool, parts.at(-1)!, kernel, 1, Math.floor(kernel / 2)));
    return conv(place.at('cv2'), place.concat(parts), out);
  }),
  SPP: scaled((place, x, { out, args }) => {
    const y = conv(place.at('cv1'), x, Math.floor(place.channels(x) / 2));
    const pools = args
      .list(0, 'kernels', [5, 9, 13])
      .map((kernel, i) => maxPool(place.at('m').at(i), y, kernel, 1, Math.floor(kernel / 2)));
    return conv(place.at('cv2'), place.concat([y, ...pools]), out);
  }),
  'nn.MaxPool2d': plain((place, x, { args }) => {
    const kernel = args.whole(0, 'kernel');
    return maxPool(place, x, kernel, args.whole(1, 'stride', kernel), args.number(2, 'padding', 0));
  }),
  'nn.ZeroPad2d': plain((place, x, { args }) => {
    const padding = args.list(0, 'padding', []);
    if (padding.length !== 4) throw args.problem(0, 'padding', 'left, right, top and bottom');
    return place.add('zeroPad2d', [x], { padding });
  }),
  /** size, scale_factor, mode, as in PyTorch. */
  'nn.Upsample': plain((place, x, { args }) => {
    const [size, mode] = [args.raw(0), args.raw(2) ?? 'nearest'];
    if (typeof mode !== 'string') throw args.problem(2, 'mode', 'a name such as nearest');
    const fixed = size !== undefined && size !== 'None';
    const sides = fixed ? args.list(0, 'size', []) : undefined;
    const factor = fixed ? 1 : args.number(1, 'scale factor', 2);
    const out = [2, 3].map((axis, i) => sides?.[i] ?? sides?.[0] ?? Math.floor(place.size(x, axis) * factor));
    return place.add('interpolate', [x], { size: out, mode, alignCorners: false });
  }),
  'nn.BatchNorm2d': plain((place, x) =>
    place.add('batchNorm2d', [x], { features: place.channels(x), eps: 1e-3, momentum: 0.03, affine: true }),
  ),
  Concat: joining((place, { inputs, args }) => {
    if (inputs.length < 2) throw new RowProblem('Concat needs two rows or more to come from');
    return place.concat(inputs, args.whole(0, 'axis', 1));
  }),
};
