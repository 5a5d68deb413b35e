// Recurrent layers, one ONNX node a layer with both directions; gates are brought into ONNX's order by nodes that runtimes fold.
import { int } from '../../../../core/graph/op';
import type { Shape } from '../../../../core/graph/shape';
import { longs, type OnnxOp, type OpContext, plain } from '../op';
import type { OnnxAttr } from '../proto';

interface Cell {
  readonly op: string;
  /** For each gate in ONNX's order, its place in PyTorch's. */
  readonly gates: readonly number[];
  readonly attrs?: Readonly<Record<string, OnnxAttr>>;
}

const cells: Readonly<Record<string, Cell>> = {
  // PyTorch: input, forget, cell, output. ONNX: input, output, forget, cell.
  lstm: { op: 'LSTM', gates: [0, 3, 1, 2] },
  // PyTorch: reset, update, new. ONNX: update, reset, new.
  gru: { op: 'GRU', gates: [1, 0, 2], attrs: { linear_before_reset: { int: 1 } } },
  rnn: { op: 'RNN', gates: [0] },
};

const recurrent =
  ({ op, gates, attrs = {} }: Cell): OnnxOp =>
  (c) => {
    if (Number(c.attrs['projSize'] ?? 0) > 0) return c.refuse('ONNX has no projected hidden state');
    if (c.attrs['nonlinearity'] === 'relu') return c.refuse('only tanh is written');
    const [hidden, layers] = [int(c.attrs, 'hiddenSize'), Number(c.attrs['layers'] ?? 1)];
    const suffixes = c.attrs['bidirectional'] === true ? ['', '_reverse'] : [''];
    const shape = c.inputShape(0);
    const batchFirst = shape.length === 3 && c.attrs['batchFirst'] === true;
    const turn = { perm: { ints: [1, 0, 2] } };
    let x = c.input(0, 'plain');
    if (shape.length === 2) x = c.emit('Unsqueeze', [x, c.constant(longs([1]))]);
    if (batchFirst) x = c.emit('Transpose', [x], turn);
    const last: string[][] = [];
    for (let layer = 0; layer < layers; layer++) {
      const of = (role: string, suffix: string) => ordered(c, `${role}_l${layer}${suffix}`, gates);
      const stack = (parts: readonly string[]) => stacked(c, parts);
      const weights = ['weight_ih', 'weight_hh'].map((role) =>
        stack(suffixes.map((suffix) => of(role, suffix))),
      );
      const bias = c.has(`bias_ih_l${layer}`)
        ? stack(
            suffixes.map((suffix) =>
              c.emit('Concat', [of('bias_ih', suffix), of('bias_hh', suffix)], { axis: { int: 0 } }),
            ),
          )
        : '';
      const states = Array.from({ length: c.inputCount - 1 }, (_, i) =>
        initial(c, i + 1, layer * suffixes.length, suffixes.length, shape.length === 2),
      );
      const direction = { string: suffixes.length === 2 ? 'bidirectional' : 'forward' };
      const made = c.emitAll(op, [x, ...weights, bias, '', ...states], op === 'LSTM' ? 3 : 2, {
        ...{ hidden_size: { int: hidden }, direction },
        ...attrs,
      });
      // Steps × directions × batch × hidden: the directions side by side.
      const beside = c.emit('Transpose', [made[0]!], { perm: { ints: [0, 2, 1, 3] } });
      x = c.emit('Reshape', [beside, c.constant(longs([0, 0, -1]))]);
      last.push(made.slice(1));
    }
    const flat = (name: string) =>
      shape.length === 2 ? c.emit('Squeeze', [name, c.constant(longs([1]))]) : name;
    const finals = last[0]!.map((_, i) =>
      last.length === 1
        ? last[0]![i]!
        : c.emit(
            'Concat',
            last.map((states) => states[i]!),
            { axis: { int: 0 } },
          ),
    );
    const y = batchFirst ? c.emit('Transpose', [x], turn) : flat(x);
    return [plain(y), ...finals.map((name) => plain(flat(name)))];
  };

/** A weight or bias with its gates in ONNX's order. */
function ordered(c: OpContext, role: string, gates: readonly number[]): string {
  const name = c.param(role);
  if (gates.length === 1) return name;
  const parts = c.emitAll('Split', [name], gates.length, { axis: { int: 0 } });
  return c.emit(
    'Concat',
    gates.map((at) => parts[at]!),
    { axis: { int: 0 } },
  );
}

/** One for each direction along a new first axis. */
function stacked(c: OpContext, parts: readonly string[]): string {
  const wide = parts.map((part) => c.emit('Unsqueeze', [part, c.constant(longs([0]))]));
  return wide.length === 1 ? wide[0]! : c.emit('Concat', wide, { axis: { int: 0 } });
}

/** A layer's share of a first state: layers × directions × batch × hidden. */
function initial(c: OpContext, index: number, from: number, count: number, flat: boolean): string {
  const shape: Shape = c.inputShape(index);
  const given = c.input(index, 'plain');
  const whole = flat && shape.length === 2 ? c.emit('Unsqueeze', [given, c.constant(longs([1]))]) : given;
  const ends = [[from], [from + count], [0]].map((values) => c.constant(longs(values)));
  return c.emit('Slice', [whole, ...ends]);
}

export const recurrents: Readonly<Record<string, OnnxOp>> = Object.fromEntries(
  Object.entries(cells).map(([op, cell]) => [op, recurrent(cell)]),
);
