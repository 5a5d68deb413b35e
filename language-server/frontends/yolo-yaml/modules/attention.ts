// Attention over the pixels of a small image, with a depthwise convolution for positions (YOLOv10 and YOLO11).
import type { ValueId } from '../../../../core/graph/model-graph';
import { RowProblem } from '../args';
import type { Place } from '../place';
import { conv } from './conv';
import { repeating, type Row, scaled } from './module';

/** Keys are half as wide as values. */
const keyShare = 0.5;

function attention(place: Place, x: ValueId, heads: number): ValueId {
  const channels = place.channels(x);
  const [height, width] = [place.size(x, 2), place.size(x, 3)];
  const value = Math.floor(channels / heads);
  const key = Math.floor(value * keyShare);
  const qkv = conv(place.at('qkv'), x, channels + 2 * key * heads, { act: false });
  const split = place.reshape(qkv, heads, 2 * key + value, height * width);
  const part = (start: number, length: number) =>
    place.add('slice', [split], { axis: 2, start, length, step: 1 });
  const turned = (y: ValueId) => place.add('permute', [y], { order: [0, 1, 3, 2] });
  const [q, k, v] = [part(0, key), part(key, key), part(2 * key, value)];
  const scores = place.add('mul', [place.add('matmul', [turned(q), k])], { scalar: key ** -0.5 });
  const weights = place.add('softmax', [scores], { axis: 3 });
  const image = (y: ValueId) => place.reshape(y, channels, height, width);
  const mixed = image(place.add('matmul', [v, turned(weights)]));
  const positions = conv(place.at('pe'), image(v), channels, { kernel: 3, groups: channels, act: false });
  return conv(place.at('proj'), place.add('add', [mixed, positions]), channels, { act: false });
}

/** Attention and a feed-forward pair, each added to its input. */
function attend(place: Place, x: ValueId, heads: number): ValueId {
  const y = place.add('add', [x, attention(place.at('attn'), x, heads)]);
  const ffn = place.at('ffn');
  const wide = conv(ffn.at(0), y, 2 * place.channels(y));
  return place.add('add', [y, conv(ffn.at(1), wide, place.channels(y), { act: false })]);
}

/** Half of the channels attend, the others pass by. */
function partial(place: Place, x: ValueId, { args, out, repeats }: Row, names: readonly string[]): ValueId {
  const inputs = place.channels(x);
  if (inputs !== out)
    throw new RowProblem(`${args.module} keeps its channels, but has ${inputs} inputs and ${out} outputs`);
  const width = Math.floor(inputs * args.number(0, 'expansion', 0.5));
  const heads = Math.floor(width / 64);
  if (heads < 1) throw new RowProblem(`${args.module} needs 128 input channels or more, not ${inputs}`);
  const [rest, deep] = place.halves(conv(place.at('cv1'), x, 2 * width));
  const y = Array.from({ length: repeats }, (_, i) => names[i] ?? `m.${i}`).reduce(
    (z, name) => attend(name === '' ? place : place.at(name), z, heads),
    deep,
  );
  return conv(place.at('cv2'), place.concat([rest, y]), inputs);
}

export const attentions = {
  C2PSA: repeating((place, x, row) => partial(place, x, row, [])),
  PSA: scaled((place, x, row) => partial(place, x, row, [''])),
};
