// Cross-stage-partial blocks: part of the channels goes through bottlenecks, the rest passes by, a convolution joins them.
import type { ValueId } from '../../../../core/graph/model-graph';
import type { Place } from '../place';
import { conv, depthwiseConv, ghostConv } from './conv';
import { plain, repeating, type Row, scaled } from './module';

interface BottleneckOptions {
  readonly shortcut?: boolean;
  readonly groups?: number;
  readonly kernels?: readonly [number, number];
  /** Hidden channels as a share of the output's. */
  readonly expansion?: number;
}

/** Two convolutions, and the input added where it has as many channels as the output. */
export function bottleneck(place: Place, x: ValueId, out: number, options: BottleneckOptions = {}): ValueId {
  const { shortcut = true, groups = 1, kernels = [3, 3], expansion = 0.5 } = options;
  const hidden = conv(place.at('cv1'), x, Math.floor(out * expansion), { kernel: kernels[0] });
  const y = conv(place.at('cv2'), hidden, out, { kernel: kernels[1], groups });
  return shortcut && place.channels(x) === out ? place.add('add', [x, y]) : y;
}

type Stage = (place: Place, x: ValueId) => ValueId;

/** Blocks named 0, 1, … one after another. */
const chain = (place: Place, x: ValueId, count: number, block: Stage): ValueId =>
  Array.from({ length: count }, (_, i) => i).reduce((y, i) => block(place.at(i), y), x);

/** Every block's output is kept and joined (C2f of YOLOv8). */
export function splitAndCollect(
  place: Place,
  x: ValueId,
  out: number,
  count: number,
  width: number,
  block: Stage,
) {
  const parts: ValueId[] = [...place.halves(conv(place.at('cv1'), x, 2 * width))];
  for (let i = 0; i < count; i++) parts.push(block(place.at('m').at(i), parts.at(-1)!));
  return conv(place.at('cv2'), place.concat(parts), out);
}

/** Two ways of equal width, of which one has the blocks (C3 of YOLOv5). */
function twoWays(place: Place, x: ValueId, out: number, count: number, width: number, block: Stage): ValueId {
  const deep = chain(place.at('m'), conv(place.at('cv1'), x, width), count, block);
  return conv(place.at('cv3'), place.concat([deep, conv(place.at('cv2'), x, width)]), out);
}

/** C3 with the same kernel in both convolutions of its bottlenecks. */
const c3k = (place: Place, x: ValueId, out: number, shortcut: boolean, groups: number): ValueId => {
  const width = Math.floor(out / 2);
  return twoWays(place, x, out, 2, width, (at, y) =>
    bottleneck(at, y, width, { shortcut, groups, expansion: 1 }),
  );
};

/** Pointwise and depthwise convolutions in turn (YOLOv10); `large` has a 7×7 kernel beside the 3×3 one. */
function inverted(place: Place, x: ValueId, out: number, shortcut: boolean, large: boolean): ValueId {
  const [inputs, at] = [place.channels(x), place.at('cv1')];
  const wide = conv(at.at(1), conv(at.at(0), x, inputs, { kernel: 3, groups: inputs }), 2 * out);
  const depthwise = large
    ? largeKernel(at.at(2), wide)
    : conv(at.at(2), wide, 2 * out, { kernel: 3, groups: 2 * out });
  const y = conv(at.at(4), conv(at.at(3), depthwise, out), out, { kernel: 3, groups: out });
  return shortcut && inputs === out ? place.add('add', [x, y]) : y;
}

function largeKernel(place: Place, x: ValueId): ValueId {
  const groups = place.channels(x);
  const part = (name: string, kernel: number) =>
    conv(place.at(name), x, groups, { kernel, groups, act: false });
  const sum = place.add('add', [part('conv', 7), part('conv1', 3)]);
  return place.at('act').add('silu', [sum]);
}

function ghostBottleneck(place: Place, x: ValueId, out: number, kernel: number, stride: number): ValueId {
  const inputs = place.channels(x);
  const [deep, short] = [place.at('conv'), place.at('shortcut')];
  let y = ghostConv(deep.at(0), x, Math.floor(out / 2));
  if (stride === 2) y = depthwiseConv(deep.at(1), y, place.channels(y), { kernel, stride, act: false });
  y = ghostConv(deep.at(2), y, out, { act: false });
  if (stride !== 2) return place.add('add', [y, x]);
  const small = depthwiseConv(short.at(0), x, inputs, { kernel, stride, act: false });
  return place.add('add', [y, conv(short.at(1), small, out, { act: false })]);
}

const share = ({ out, args }: Row, index: number): number =>
  Math.max(1, Math.floor(out * args.number(index, 'expansion', 0.5)));

export const stages = {
  Bottleneck: scaled((place, x, { out, args }) =>
    bottleneck(place, x, out, {
      shortcut: args.flag(0, 'shortcut', true),
      groups: args.whole(1, 'groups', 1),
    }),
  ),
  C2f: repeating((place, x, row) => {
    const [shortcut, groups] = [row.args.flag(0, 'shortcut', false), row.args.whole(1, 'groups', 1)];
    const width = share(row, 2);
    return splitAndCollect(place, x, row.out, row.repeats, width, (at, y) =>
      bottleneck(at, y, width, { shortcut, groups, expansion: 1 }),
    );
  }),
  C2: repeating((place, x, row) => {
    const [shortcut, width] = [row.args.flag(0, 'shortcut', true), share(row, 2)];
    const [deep, rest] = place.halves(conv(place.at('cv1'), x, 2 * width));
    const y = chain(place.at('m'), deep, row.repeats, (at, z) =>
      bottleneck(at, z, width, { shortcut, expansion: 1 }),
    );
    return conv(place.at('cv2'), place.concat([y, rest]), row.out);
  }),
  C3: repeating((place, x, row) => {
    const [shortcut, groups] = [row.args.flag(0, 'shortcut', true), row.args.whole(1, 'groups', 1)];
    const width = share(row, 2);
    return twoWays(place, x, row.out, row.repeats, width, (at, y) =>
      bottleneck(at, y, width, { shortcut, groups, kernels: [1, 3], expansion: 1 }),
    );
  }),
  C3Ghost: repeating((place, x, row) => {
    const width = share(row, 2);
    return twoWays(place, x, row.out, row.repeats, width, (at, y) => ghostBottleneck(at, y, width, 3, 1));
  }),
  GhostBottleneck: scaled((place, x, { out, args }) =>
    ghostBottleneck(place, x, out, args.whole(0, 'kernel', 3), args.whole(1, 'stride', 1)),
  ),
  C3k2: repeating((place, x, row) => {
    const { args, out, repeats } = row;
    const deep = args.flag(0, 'c3k', false) || place.settings.deepC3k2;
    const width = share(row, 1);
    const [groups, shortcut] = [args.whole(2, 'groups', 1), args.flag(3, 'shortcut', true)];
    return splitAndCollect(place, x, out, repeats, width, (at, y) =>
      deep ? c3k(at, y, width, shortcut, groups) : bottleneck(at, y, width, { shortcut, groups }),
    );
  }),
  C2fCIB: repeating((place, x, row) => {
    const [shortcut, large] = [row.args.flag(0, 'shortcut', false), row.args.flag(1, 'large kernel', false)];
    const width = share(row, 3);
    return splitAndCollect(place, x, row.out, row.repeats, width, (at, y) =>
      inverted(at, y, width, shortcut, large),
    );
  }),
  'nn.Identity': plain((_, x) => x),
};
