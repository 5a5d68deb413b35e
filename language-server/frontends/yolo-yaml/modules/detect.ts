// Detection heads without anchors: boxes as distributions over distances (Li et al. 2020), classes beside them.
import type { ValueId } from '../../../../core/graph/model-graph';
import type { Place } from '../place';
import { conv, convolve, depthwiseConv, transpose } from './conv';
import { joining, type Row } from './module';

/** Bins of a distance. */
const bins = 16;

type Branch = (place: Place, x: ValueId) => ValueId;

/** Where the biases of a branch begin. */
type Start = (place: Place, x: ValueId) => number;

/** So that scores begin as rare as objects are: about five of a class in an image of 640 pixels. */
const rarely =
  (classes: number): Start =>
  (place, x) => {
    const stride = place.settings.height / place.size(x, 2);
    return Math.log(5 / classes / (640 / stride) ** 2);
  };

/** Two 3×3 units and a pointwise convolution. */
const branch =
  (width: number, out: number, start?: Start): Branch =>
  (place, x) =>
    convolve(
      place.at(2),
      conv(place.at(1), conv(place.at(0), x, width, { kernel: 3 }), width, { kernel: 3 }),
      out,
      { biasStart: start?.(place, x) },
    );

/** The same with each 3×3 unit as a depthwise and a pointwise one (YOLOv10, YOLO11). */
const lightBranch =
  (width: number, out: number, start?: Start): Branch =>
  (place, x) => {
    const unit = (at: Place, y: ValueId) =>
      conv(at.at(1), depthwiseConv(at.at(0), y, place.channels(y), { kernel: 3 }), width);
    return convolve(place.at(2), unit(place.at(1), unit(place.at(0), x)), out, {
      biasStart: start?.(place, x),
    });
  };

interface Branches {
  readonly nc: number;
  readonly boxes: Branch;
  readonly classes: Branch;
}

function branchesOf(place: Place, { inputs, args }: Row, light: boolean): Branches {
  const nc = args.whole(0, 'classes');
  const first = place.channels(inputs[0]!);
  const boxWidth = Math.max(16, Math.floor(first / 4), bins * 4);
  const classWidth = Math.max(first, Math.min(nc, 100));
  return {
    nc,
    boxes: branch(boxWidth, 4 * bins, () => 1),
    classes: (light ? lightBranch : branch)(classWidth, nc, rarely(nc)),
  };
}

/** Boxes and class scores of every cell of every level, as one N × (4 + classes) × cells tensor. */
function detect(place: Place, row: Row, { nc, boxes, classes }: Branches, names = ['cv2', 'cv3']): ValueId {
  const levels = row.inputs.map((x, i) => {
    const both = [boxes(place.at(names[0]!).at(i), x), classes(place.at(names[1]!).at(i), x)];
    return flat(place, place.concat(both));
  });
  const all = place.concat(levels, 2);
  const part = (start: number, length: number) =>
    place.add('slice', [all], { axis: 1, start, length, step: 1 });
  const scores = place.add('sigmoid', [part(4 * bins, nc)]);
  return place.concat([decode(place, expectation(place.at('dfl'), part(0, 4 * bins)), row), scores]);
}

const flat = (place: Place, x: ValueId): ValueId =>
  place.reshape(x, place.channels(x), place.size(x, 2) * place.size(x, 3));

/** The mean of each side's distribution: a softmax and a convolution whose fixed weights are 0 … 15. */
function expectation(place: Place, x: ValueId): ValueId {
  const cells = place.size(x, 2);
  const split = place.reshape(x, 4, bins, cells);
  const turned = place.add('permute', [split], { order: [0, 2, 1, 3] });
  const chances = place.add('softmax', [turned], { axis: 1 });
  const one = { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] };
  const attrs = { inChannels: bins, outChannels: 1, ...one, groups: 1, bias: false };
  const data = Array.from({ length: bins }, (_, bin) => bin);
  const mean = place
    .at('conv')
    .add('conv2d', [chances], attrs, { init: () => ({ kind: 'values', data }), frozen: true });
  return place.reshape(mean, 4, cells);
}

/** Distances to the four sides → centre and size, in pixels. */
function decode(place: Place, distances: ValueId, { inputs }: Row): ValueId {
  const levels = inputs.map((x) => ({ rows: place.size(x, 2), columns: place.size(x, 3) }));
  // Centres of the cells, in cells of their level, and how many pixels such a cell is.
  const each = (of: (index: number, columns: number, rows: number) => number) =>
    levels.flatMap(({ rows, columns }) =>
      Array.from({ length: rows * columns }, (_, index) => of(index, columns, rows)),
    );
  const across = each((index, columns) => (index % columns) + 0.5);
  const down = each((index, columns) => Math.floor(index / columns) + 0.5);
  const pixels = each((_, __, rows) => place.settings.height / rows);
  const cells = across.length;
  const anchors = place.add('constant', [], { shape: [1, 2, cells], data: [[across, down]] });
  const strides = place.add('constant', [], { shape: [1, cells], data: [pixels] });
  const [before, after] = place.halves(distances);
  const start = place.add('sub', [anchors, before]);
  const end = place.add('add', [anchors, after]);
  const centre = place.add('div', [place.add('add', [start, end])], { scalar: 2 });
  const box = place.concat([centre, place.add('sub', [end, start])]);
  return place.add('mul', [box, strides]);
}

/** Something more for every cell: mask coefficients, keypoints, angles. */
function extra(place: Place, { inputs }: Row, out: number): ValueId {
  const width = Math.max(Math.floor(place.channels(inputs[0]!) / 4), out);
  const levels = inputs.map((x, i) => flat(place, branch(width, out)(place.at('cv4').at(i), x)));
  return place.concat(levels, 2);
}

/** Mask prototypes, at twice the size of the first level. */
function prototypes(place: Place, x: ValueId, width: number, count: number): ValueId {
  const large = transpose(
    place.at('upsample'),
    conv(place.at('cv1'), x, width, { kernel: 3 }),
    width,
    2,
    2,
    0,
  );
  return conv(place.at('cv3'), conv(place.at('cv2'), large, width, { kernel: 3 }), count);
}

const standard = (place: Place, row: Row): ValueId =>
  detect(place, row, branchesOf(place, row, !place.settings.plainClassifier));

export const heads = {
  Detect: joining(standard),
  Segment: joining((place, row) => {
    const [masks, width] = [row.args.whole(1, 'masks', 32), row.widen(row.args.whole(2, 'prototypes', 256))];
    const shapes = prototypes(place.at('proto'), row.inputs[0]!, width, masks);
    const coefficients = extra(place, row, masks);
    return [place.concat([standard(place, row), coefficients]), shapes];
  }),
  Pose: joining((place, row) => {
    const [points, values] = row.args.list(1, 'keypoints', place.settings.keypoints) as [number, number];
    const keypoints = extra(place, row, points * values);
    return place.concat([standard(place, row), keypoints]);
  }),
  OBB: joining((place, row) => {
    const angles = extra(place, row, row.args.whole(1, 'angles', 1));
    return place.concat([standard(place, row), angles]);
  }),
  /** Two heads: one trained with many boxes an object, and the one that is used, with a single one (YOLOv10). */
  v10Detect: joining((place, row) => {
    const branches = branchesOf(place, row, true);
    return [detect(place, row, branches, ['one2one_cv2', 'one2one_cv3']), detect(place, row, branches)];
  }),
};
