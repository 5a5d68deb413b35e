// Coupling of reshapes, and of the ops that are one in disguise: pixel shuffles and windows as columns.
import { windowSize } from '../../ops/window';
import { channelAxis } from '../../op';
import type { GraphNode } from '../../model-graph';
import { reshapedAxis, type ReshapedAxis } from '../axes';
import type { Segments } from '../spans';
import { placeOf, type Tracker } from '../tracker';
import { carry, repeat, stretch } from './interpret';

export function reshape(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  // An axis of size 1 is part of any other, so it comes last.
  const isSingle = (axis: number) => (tracker.shape(x)[axis] === 1 ? 1 : 0);
  const axes = [...tracker.axes(x)].sort(([a], [b]) => isSingle(a) - isSingle(b) || a - b);
  for (const [axis, segments] of axes) {
    const to = follow(node, tracker, axis, segments);
    const where = placeOf(node);
    if (!to) tracker.spans.block(segments, `passes through ${where}`, where);
    // Of two axes that become one only the first can be followed: the other's channels lie in every one of its.
    else if (tracker.read(y, to.axis))
      tracker.spans.block(segments, `is merged with others in ${where}`, where);
    else tracker.write(node, y, to.axis, to.segments);
  }
  // Nothing that was followed comes out, which is worth a reason of its own.
  if (tracker.axes(x).size > 0 && tracker.axes(y).size === 0)
    tracker.fix(y, node.path || node.op, `comes out of ${placeOf(node)}`);
}

interface Followed {
  readonly axis: number;
  readonly segments: Segments;
}

function follow(node: GraphNode, tracker: Tracker, axis: number, segments: Segments): Followed | undefined {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const options = reshapedAxis(tracker.shape(x), tracker.shape(y), axis);
  const [first] = options;
  if (!first) return undefined;
  if (first.kind === 'merge')
    return { axis: first.axis, segments: repeat(stretch(segments, first.inner), first.outer) };
  const form = `${tracker.shape(x).length}.${axis} ${options.map((option) => option.axis).join()}`;
  const parts = preferred(node, tracker, axis, options);
  const part = parts[(tracker.choices.get(form) ?? 0) % parts.length]!;
  const size = tracker.shape(y)[part.axis]!;
  const made = tracker.fresh(node, typeof size === 'number' ? size : size.batch);
  tracker.spans.unify(segments, repeat(stretch(made, part.inner), part.outer), placeOf(node));
  tracker.split(y, { form, options: parts.length, followed: made[0]!.span });
  return { axis: part.axis, segments: made };
}

/**
 * Which part of a split axis to follow, best first. Heads stand before their width (`B, N, 3, heads, width`); where an
 * image keeps its other axes, channels are shuffled, and groups stand before the channels within them.
 */
function preferred(
  node: GraphNode,
  tracker: Tracker,
  axis: number,
  parts: readonly ReshapedAxis[],
): readonly ReshapedAxis[] {
  const [x, y] = [tracker.shape(node.inputs[0]!), tracker.shape(node.outputs[0]!)];
  const isImage = x.length >= 4 && axis === channelAxis(x.length, tracker.graph.layout);
  const backwards = [...parts].reverse();
  if (isImage && y.length === x.length + parts.length - 1) return backwards;
  return [...backwards.slice(1), backwards[0]!];
}

/** Pixel shuffle and its inverse: the channel axis trades squares of r × r with the image. */
export function shuffle(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const { layout } = tracker.graph;
  const axis = channelAxis(4, layout);
  const square = Number(node.attrs['factor']) ** 2;
  // PyTorch lays the square of a channel out together, TensorFlow all channels of a place in the square.
  const wide = (channels: Segments) =>
    layout === 'NCHW' ? stretch(channels, square) : repeat(channels, square);
  const inputs = tracker.take(node, x, axis);
  carry(node, tracker, x, (other) => {
    if (other === axis) return undefined;
    return other === 0 ? other : `lies across the channels of ${placeOf(node)}`;
  });
  if (node.op === 'pixelUnshuffle') return tracker.write(node, y, axis, wide(inputs));
  const made = tracker.fresh(node, Number(tracker.shape(y)[axis]));
  tracker.spans.unify(inputs, wide(made), placeOf(node));
  tracker.write(node, y, axis, made);
}

/** Channels stand at axis 1, each on one position for every place in the window. */
export function columns(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const size = windowSize(node.attrs, 2);
  const inputs = tracker.take(node, x, 1);
  carry(node, tracker, x, (other) => {
    if (other === 1) return undefined;
    return other === 0 ? other : `lies across the channels of ${placeOf(node)}`;
  });
  if (node.op === 'unfold') return tracker.write(node, y, 1, stretch(inputs, size));
  const made = tracker.fresh(node, Number(tracker.shape(y)[1]));
  tracker.spans.unify(inputs, stretch(made, size), placeOf(node));
  tracker.write(node, y, 1, made);
}
