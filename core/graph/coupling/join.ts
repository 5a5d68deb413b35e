// Coupling of element-wise arithmetic on several tensors, with NumPy's broadcasting.
import type { GraphNode, ValueId } from '../model-graph';
import { type Shape, sameDim } from '../shape';
import { type Channels, placeOf, type Tracker } from './tracker';

interface Operand {
  readonly id: ValueId;
  readonly shape: Shape;
  readonly channels: Channels | undefined;
  /** Axis i of the operand is axis i + shift of the output. */
  readonly shift: number;
}

export function join(node: GraphNode, tracker: Tracker): void {
  const [y = ''] = node.outputs;
  const output = tracker.shape(y);
  const operands = node.inputs.map((id): Operand => {
    const shape = tracker.shape(id);
    return { id, shape, channels: tracker.read(id), shift: output.length - shape.length };
  });
  const lead = leader(operands, output);
  if (!lead?.channels) return tracker.barrier(node);
  const axis = lead.channels.axis + lead.shift;
  for (const other of operands) if (other !== lead) tieTo(lead.channels, axis, other, node, tracker);
  tracker.write(node, y, axis, lead.channels.segments);
}

/** The operand whose channels become the output's: the one of highest rank that is not broadcast along them. */
function leader(operands: readonly Operand[], output: Shape): Operand | undefined {
  return operands
    .filter(({ channels, shape, shift }) => {
      const [own, all] = channels ? [shape[channels.axis], output[channels.axis + shift]] : [];
      return own !== undefined && all !== undefined && sameDim(own, all);
    })
    .sort((a, b) => a.shift - b.shift)[0];
}

function tieTo(lead: Channels, axis: number, other: Operand, node: GraphNode, tracker: Tracker): void {
  const where = placeOf(node);
  const size = other.shape[axis - other.shift] ?? 1;
  if (other.channels && other.channels.axis === axis - other.shift && size !== 1) {
    tracker.spans.unify(lead.segments, other.channels.segments, where);
    return;
  }
  // A bias-like operand is the same for every channel: it loses nothing when channels go, but cannot be cut itself.
  tracker.block(other.id, `is broadcast in ${where}`);
  if (size !== 1) tracker.spans.block(lead.segments, `is combined with other axes in ${where}`, where);
}
