// Coupling of ops that only move elements: concatenations, slices, permutations, repetitions.
import type { GraphNode } from '../../model-graph';
import { axisOf, type Dim, isBatch } from '../../shape';
import { placeOf, type Tracker } from '../tracker';
import { carry, repeat, stretch } from './interpret';
import { endOf, meet } from './join';

export function concat(node: GraphNode, tracker: Tracker): void {
  const [[first = ''], [y = '']] = [node.inputs, node.outputs];
  const rank = tracker.shape(first).length;
  const along = axisOf(Number(node.attrs['axis']), rank);
  for (let axis = 0; axis < rank; axis++) {
    if (axis !== along) {
      // Along any other axis (tokens, rows) the inputs share their channels.
      const ends = node.inputs.flatMap((id) => endOf(tracker, id, axis));
      meet(node, tracker, ends, y, axis);
    } else if (node.inputs.some((id) => tracker.read(id, axis))) {
      const all = node.inputs.map((id) => tracker.take(node, id, axis));
      tracker.write(node, y, axis, all.flat());
    }
  }
}

export function slice(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const along = axisOf(Number(node.attrs['axis']), tracker.shape(x).length);
  const [from, to] = [tracker.shape(x)[along]!, tracker.shape(y)[along]!];
  const { start, step = 1, chunks = 1 } = node.attrs;
  const known = tracker.read(x, along);
  carry(node, tracker, x, (axis) => (axis === along ? undefined : axis));
  if (!known) return;
  if (Number(chunks) > 1 && !isBatch(from)) {
    // Code that cuts evenly finds parts of equal width again: channel i of each goes together with channel i of all others.
    const each = tracker.fresh(node, from / Number(chunks));
    tracker.spans.unify(known, repeat(each, Number(chunks)), placeOf(node));
  }
  const whole = sizeOf(from) === sizeOf(to) && start === 0;
  const part =
    whole || step !== 1 || isBatch(from)
      ? undefined
      : tracker.spans.slice(known, Number(start), sizeOf(to), placeOf(node));
  if (whole) tracker.write(node, y, along, known);
  else if (part) tracker.write(node, y, along, part);
  else tracker.stop(node, y, along, known, `is cut across by ${placeOf(node)}`);
}

const sizeOf = (dim: Dim): number => (isBatch(dim) ? dim.batch : dim);

export function permute(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const rank = tracker.shape(x).length;
  const order = (node.attrs['order'] as readonly number[]).map((axis) => axisOf(axis, rank));
  carry(node, tracker, x, (axis) => order.indexOf(axis));
}

export function expand(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const [from, to] = [tracker.shape(x), tracker.shape(y)];
  const added = to.length - from.length;
  carry(node, tracker, x, (axis) =>
    from[axis] === 1 && to[axis + added] !== 1 ? `is repeated by ${placeOf(node)}` : axis + added,
  );
}

export function repetition(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const counts = node.attrs['counts'] as readonly number[];
  const added = counts.length - tracker.shape(x).length;
  for (const [axis, segments] of tracker.axes(x))
    tracker.write(node, y, axis + added, repeat(segments, counts[axis + added]!));
}

export function interleave(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const along = axisOf(Number(node.attrs['axis']), tracker.shape(x).length);
  const count = Number(node.attrs['count']);
  for (const [axis, segments] of tracker.axes(x))
    tracker.write(node, y, axis, axis === along ? stretch(segments, count) : segments);
}

/** attrs `padding`: two numbers an axis, from the last axis on. */
export function pad(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const amounts = node.attrs['padding'] as readonly number[];
  const last = tracker.shape(x).length - 1;
  carry(node, tracker, x, (axis) => {
    const at = 2 * (last - axis);
    const grows = (amounts[at] ?? 0) !== 0 || (amounts[at + 1] ?? 0) !== 0;
    return grows ? `is padded by ${placeOf(node)}` : axis;
  });
}
