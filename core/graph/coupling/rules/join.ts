// Coupling of element-wise arithmetic on several tensors, with NumPy's broadcasting.
import type { GraphNode, ValueId } from '../../model-graph';
import { type Dim, sameDim } from '../../shape';
import type { Segments } from '../spans';
import { placeOf, type Tracker } from '../tracker';
import { carry } from './interpret';

/** One axis of an operand. */
export interface End {
  readonly size: Dim;
  /** Undefined where it is not followed. */
  readonly segments: Segments | undefined;
  readonly id: ValueId;
}

export function join(node: GraphNode, tracker: Tracker): void {
  const [y = ''] = node.outputs;
  if (node.inputs.length === 1) return carry(node, tracker, node.inputs[0]!, (axis) => axis);
  const rank = tracker.shape(y).length;
  for (let axis = 0; axis < rank; axis++) {
    const ends = node.inputs.flatMap((id) => endOf(tracker, id, axis - rank + tracker.shape(id).length));
    meet(node, tracker, ends, y, axis);
  }
}

/** Empty where an operand has too few axes to have this one. */
export function endOf(tracker: Tracker, id: ValueId, axis: number): End[] {
  const size = tracker.shape(id)[axis];
  return size === undefined ? [] : [{ id, size, segments: tracker.read(id, axis) }];
}

/** Ties the axes of several operands that become one axis of the output. */
export function meet(
  node: GraphNode,
  tracker: Tracker,
  ends: readonly End[],
  y: ValueId,
  axis: number,
): void {
  const size = tracker.shape(y)[axis]!;
  const lead = tie(node, tracker, ends, size);
  if (lead) tracker.write(node, y, axis, lead);
}

/** Ties axes of one size to each other. Answers with their channels, or nothing where none is followed. */
export function tie(
  node: GraphNode,
  tracker: Tracker,
  ends: readonly End[],
  size: Dim,
): Segments | undefined {
  const where = placeOf(node);
  const full = ends.filter((end) => sameDim(end.size, size));
  const lead = full.find(({ segments }) => segments)?.segments;
  for (const { segments, size: own } of ends) {
    // Broadcast, an operand is the same for every channel: it loses nothing when channels go, but cannot be cut itself.
    if (segments && !sameDim(own, size)) tracker.spans.block(segments, `is broadcast in ${where}`, where);
  }
  if (!lead) return undefined;
  for (const { id, segments } of full) {
    if (segments === lead) continue;
    if (segments) tracker.spans.unify(lead, segments, where);
    else tracker.spans.block(lead, tracker.whyFixed(id) ?? `meets other axes in ${where}`, where);
  }
  return lead;
}
