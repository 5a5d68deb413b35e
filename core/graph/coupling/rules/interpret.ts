// What the interpreters of coupling rules have in common.
import type { GraphNode, ValueId } from '../../model-graph';
import { maxPieces, type Segments } from '../spans';
import { placeOf, type Tracker } from '../tracker';

export type Interpret = (node: GraphNode, tracker: Tracker) => void;

/**
 * Carries every followed axis of a value over to the node's outputs: to the axis that `to` names, or, where it gives a
 * reason instead, to nowhere, so that its channels cannot be removed. Undefined where the node uses them up.
 */
export function carry(
  node: GraphNode,
  tracker: Tracker,
  x: ValueId,
  to: (axis: number) => number | string | undefined,
): void {
  for (const [axis, segments] of tracker.axes(x)) {
    const target = to(axis);
    if (target === undefined) continue;
    if (typeof target === 'string') tracker.spans.block(segments, target, placeOf(node));
    else for (const y of node.outputs) tracker.write(node, y, target, segments);
  }
}

/** One piece more than allowed is enough for `write` to refuse it: a huge image must not become a huge array first. */
export function repeat(segments: Segments, times: number): Segments {
  return Array.from({ length: Math.min(times, maxPieces + 1) }, () => segments).flat();
}

/** Every channel on that many times as many consecutive positions. */
export const stretch = (segments: Segments, by: number): Segments =>
  by === 1 ? segments : segments.map(({ span, width }) => ({ span, width: width * by }));
