// The coupling rules: what each does to the channels of a node's inputs, outputs and parameters.
import { channelAxis, imageAxes } from '../op';
import type { GraphNode } from '../model-graph';
import { axisOf, sameShape } from '../shape';
import { isChannelsFirst, namedAxes, reshapedAxis } from './axes';
import { join } from './join';
import { mix } from './mix';
import type { CouplingRule } from './rule';
import { maxPieces, type Segments } from './spans';
import { feedsOutput, placeOf, type Tracker } from './tracker';

export type Interpret = (node: GraphNode, tracker: Tracker) => void;

export const interpreters: Readonly<Partial<Record<CouplingRule, Interpret>>> = {
  pass,
  passLast,
  window,
  reduce,
  join: (node, tracker) => (node.inputs.length > 1 ? join(node, tracker) : pass(node, tracker)),
  mix,
  concat,
  reshape,
  permute,
};

function pass(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const params = Object.values(node.params);
  if (params.length > 0) {
    const axis = channelAxis(tracker.shape(x).length, tracker.graph.layout);
    const segments = tracker.take(node, x, axis);
    for (const param of params) tracker.claim(node, param, 0, 'channel', segments);
    return tracker.write(node, node.outputs[0], axis, segments);
  }
  const known = tracker.read(x);
  if (known) tracker.write(node, node.outputs[0], known.axis, known.segments);
}

function passLast(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const known = tracker.read(x);
  if (!known) return;
  for (const param of Object.values(node.params)) {
    const rank = tracker.graph.params[param]?.shape.length ?? 0;
    const axis = known.axis - (tracker.shape(x).length - rank);
    // Channels in front of the normalised axes pass by the parameters.
    tracker.claim(node, param, axis, 'channel', known.segments);
  }
  tracker.write(node, node.outputs[0], known.axis, known.segments);
}

function window(node: GraphNode, tracker: Tracker): void {
  const { channel } = imageAxes(tracker.graph.layout);
  tracker.write(node, node.outputs[0], channel, tracker.take(node, node.inputs[0] ?? '', channel));
}

function reduce(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const known = tracker.read(x);
  if (!known) return;
  const rank = tracker.shape(x).length;
  const axes = namedAxes(node.attrs, rank);
  if (axes.includes(known.axis)) {
    // A closing softmax is not what stands in the way: classes are fixed anyway.
    const [y = ''] = node.outputs;
    const closes = tracker.graph.outputs.includes(y) && sameShape(tracker.shape(x), tracker.shape(y));
    return tracker.barrier(node, closes ? feedsOutput : `is reduced over by ${placeOf(node)}`);
  }
  const dropped = tracker.shape(node.outputs[0] ?? '').length < rank;
  const before = new Set(axes.filter((axis) => axis < known.axis)).size;
  tracker.write(node, node.outputs[0], known.axis - (dropped ? before : 0), known.segments);
}

function concat(node: GraphNode, tracker: Tracker): void {
  const [first = ''] = node.inputs;
  const axis = axisOf(Number(node.attrs['axis']), tracker.shape(first).length);
  const all = node.inputs.map((id) => tracker.read(id));
  const where = all[0]?.axis;
  if (where === undefined || all.some((known) => known?.axis !== where)) return tracker.barrier(node);
  const lists = all.map((known): Segments => known?.segments ?? []);
  if (where === axis) return tracker.write(node, node.outputs[0], axis, lists.flat());
  // Along any other axis (tokens, rows) the inputs share their channels.
  const [lead = [], ...rest] = lists;
  for (const other of rest) tracker.spans.unify(lead, other, placeOf(node));
  tracker.write(node, node.outputs[0], where, lead);
}

function reshape(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const known = tracker.read(x);
  if (!known) return;
  const image = isChannelsFirst(known.axis, tracker.graph.layout);
  const to = reshapedAxis(tracker.shape(x), tracker.shape(y), known.axis, image);
  if (!to) return tracker.barrier(node);
  if (to.kind === 'merge') {
    const stretched = known.segments.map(({ span, width }) => ({ span, width: width * to.inner }));
    return tracker.write(node, y, to.axis, repeat(stretched, to.outer));
  }
  const part = tracker.fresh(node, Number(tracker.shape(y)[to.axis]));
  const whole = repeat(
    part.map(({ span }) => ({ span, width: to.inner })),
    to.outer,
  );
  tracker.spans.unify(known.segments, whole, placeOf(node));
  tracker.write(node, y, to.axis, part);
}

/** One piece more than allowed is enough for `write` to refuse it: a huge image must not become a huge array first. */
function repeat(segments: Segments, times: number): Segments {
  return Array.from({ length: Math.min(times, maxPieces + 1) }, () => segments).flat();
}

function permute(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const known = tracker.read(x);
  const rank = tracker.shape(x).length;
  const order = (node.attrs['order'] as readonly number[]).map((axis) => axisOf(axis, rank));
  if (known) tracker.write(node, node.outputs[0], order.indexOf(known.axis), known.segments);
}
