// Coupling of products of two activations: matrices, and attention.
import type { GraphNode, ValueId } from '../../model-graph';
import { axisOf, isBatch } from '../../shape';
import { placeOf, type Tracker } from '../tracker';
import { stretch } from './interpret';
import { type End, endOf, meet, tie } from './join';

export function matmul(node: GraphNode, tracker: Tracker): void {
  const [[a = '', b = ''], [y = '']] = [node.inputs, node.outputs];
  const [left, right, out] = [a, b, y].map((id) => tracker.shape(id).length) as [number, number, number];
  if (left < 2 || right < 2) return tracker.barrier(node);
  adoptWeight(node, tracker, b, right);
  batch(node, tracker, [a, b], 1);
  meet(node, tracker, endOf(tracker, a, left - 2), y, out - 2);
  meet(node, tracker, endOf(tracker, b, right - 1), y, out - 1);
  const ends = [...endOf(tracker, a, left - 1), ...endOf(tracker, b, right - 2)];
  tie(node, tracker, ends, tracker.shape(a)[left - 1]!);
}

/** A parameter on the right, as it is or transposed, is a linear layer written by hand. */
function adoptWeight(node: GraphNode, tracker: Tracker, b: ValueId, rank: number): void {
  const maker = tracker.maker(b);
  const [source, axis] =
    maker?.op === 'permute'
      ? [tracker.maker(maker.inputs[0] ?? ''), (maker.attrs['order'] as readonly number[])[rank - 1]!]
      : [maker, rank - 1];
  const param = source?.op === 'parameter' ? source.params['value'] : undefined;
  if (param !== undefined) tracker.adopt(node, param, axisOf(axis, rank));
}

/** Inputs: queries, keys, values, and maybe a mask. */
export function attention(node: GraphNode, tracker: Tracker): void {
  const [[q = '', k = '', v = '', mask], [y = '']] = [node.inputs, node.outputs];
  const [ranks, out] = [[q, k, v].map((id) => tracker.shape(id).length), tracker.shape(y).length];
  const [rq, rk, rv] = ranks as [number, number, number];
  batch(node, tracker, mask === undefined ? [q, k, v] : [q, k, v, mask], Number(node.attrs['groups'] ?? 1));
  meet(node, tracker, endOf(tracker, q, rq - 2), y, out - 2);
  meet(node, tracker, endOf(tracker, v, rv - 1), y, out - 1);
  const where = placeOf(node);
  const width = [...endOf(tracker, q, rq - 1), ...endOf(tracker, k, rk - 1)];
  if (typeof node.attrs['scale'] === 'number') tie(node, tracker, width, tracker.shape(q)[rq - 1]!);
  else blockAll(width, tracker, `sets the scale of ${where}`, where);
  const tokens = [...endOf(tracker, k, rk - 2), ...endOf(tracker, v, rv - 2)];
  blockAll(tokens, tracker, `is summed over by ${where}`, where);
  if (mask === undefined) return;
  const last = tracker.shape(mask).length - 1;
  blockAll(
    [last - 1, last].flatMap((axis) => endOf(tracker, mask, axis)),
    tracker,
    `masks ${where}`,
    where,
  );
}

function blockAll(ends: readonly End[], tracker: Tracker, reason: string, where: string): void {
  for (const { segments } of ends) if (segments) tracker.spans.block(segments, reason, where);
}

/** All axes but the last two. The last of them are heads: of keys and values each may serve several of the queries'. */
function batch(node: GraphNode, tracker: Tracker, inputs: readonly ValueId[], perHead: number): void {
  const [y = ''] = node.outputs;
  const rank = tracker.shape(y).length;
  for (let axis = 0; axis < rank - 2; axis++) {
    const ends = inputs.flatMap((id, i) => {
      const own = axis - rank + tracker.shape(id).length;
      const serves = axis === rank - 3 && (i === 1 || i === 2) ? perHead : 1;
      return endOf(tracker, id, own).map((end): End => served(end, serves));
    });
    meet(node, tracker, ends, y, axis);
  }
}

function served(end: End, by: number): End {
  if (by === 1 || isBatch(end.size)) return end;
  return { ...end, size: end.size * by, segments: end.segments && stretch(end.segments, by) };
}
