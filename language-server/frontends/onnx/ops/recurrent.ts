// Recurrent layers: ONNX packs their weights in another way than the graph's ops, so they are barriers with exact shapes.
import type { Dim } from '../../../../core/graph/shape';
import type { OnnxOp } from '../context';

/** Outputs: all states, the last one, and for LSTM the last cell. */
const cell =
  (states: number): OnnxOp =>
  (c) => {
    const hidden = c.number('hidden_size', 0);
    const [first, second] = c.shape(0) as readonly [Dim, Dim];
    if (hidden < 1 || second === undefined) return undefined;
    const directions = c.text('direction', 'forward') === 'bidirectional' ? 2 : 1;
    // Batch first came with operator set 14, and hardly anybody writes it.
    if (c.number('layout', 0) === 1) {
      const last = [first, directions, hidden];
      return c.barrier([[first, second, directions, hidden], ...Array.from({ length: states }, () => last)]);
    }
    const last = [directions, second, hidden];
    return c.barrier([[first, directions, second, hidden], ...Array.from({ length: states }, () => last)]);
  };

export const recurrent: Readonly<Record<string, OnnxOp>> = { LSTM: cell(2), GRU: cell(1), RNN: cell(1) };
