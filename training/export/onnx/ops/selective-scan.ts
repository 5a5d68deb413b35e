// The selective scan as ONNX's own loop over time: state in, state and output out.
import { longs, type OnnxOp, plain } from '../op';

const selectiveScan: OnnxOp = (c) => {
  const [u, , , b] = [0, 1, 2, 3].map((index) => c.inputShape(index));
  const [channels, states] = [u!.slice(0, 2), b!.slice(0, 2)];
  const memory = [...channels, states[1]!];
  const a = c.input(2, 'plain');
  const [one, last] = [c.constant(longs([1])), c.constant(longs([-1]))];
  const start = c.emit('Expand', [c.scalar(0), c.shape(memory)]);
  const body = c.body(
    [memory, channels, channels, states, states],
    [memory, channels],
    ([before, u, delta, b, c_] = []) => {
      const step = c.emit('Unsqueeze', [delta!, last]);
      const kept = c.emit('Mul', [c.emit('Exp', [c.emit('Mul', [step, a])]), before!]);
      const pushed = c.emit('Unsqueeze', [c.emit('Mul', [delta!, u!]), last]);
      const h = c.emit('Add', [kept, c.emit('Mul', [pushed, c.emit('Unsqueeze', [b!, one])])]);
      const read = c.emit('Mul', [h, c.emit('Unsqueeze', [c_!, one])]);
      return [h, c.emit('ReduceSum', [read, last], { keepdims: { int: 0 } })];
    },
  );
  const inputs = [start, ...[0, 1, 3, 4].map((index) => c.input(index, 'plain'))];
  const time = { ints: [2, 2, 2, 2] };
  const [, y] = c.emitAll('Scan', inputs, 2, {
    body: { body },
    num_scan_inputs: { int: 4 },
    scan_input_axes: time,
    scan_output_axes: { ints: [2] },
  });
  return plain(y!);
};

export const scans = { selectiveScan };
