// `npm run bench:upkeep [device]`: a training step that holds 2:4 masks beside the same step without, interleaved in one run.
// ESPALIER_THREADS is the threads of the device (1 unless said).
import { loadavg } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import type { ModelGraph } from '../../core/graph/model-graph';
import { unpackMask } from '../../core/sparsity/mask';
import { twoFour } from '../../core/sparsity/patterns/n-m';
import { fromMatrixOrder } from '../../core/sparsity/weight-matrix';
import { chooseDevice } from '../../native/devices/table';
import { tf } from '../../native/tf';
import { matrixLayers } from '../../training/methods/matrix-layers';
import { MaskedOptimizer } from '../../training/optimizers/masked-optimizer';
import { cases, graphOf, stepper } from './throughput/steps';

process.env['ESPALIER_THREADS'] ??= '1';
const distDir = path.resolve(__dirname, '..');
const rounds = 200;
/** Of a step. */
const goal = 0.05;

async function main(): Promise<void> {
  const [id = 'wasm'] = process.argv.slice(2);
  const device = await chooseDevice(id, distDir);
  await device.activate();
  const [busy] = loadavg() as [number];
  const rows: string[][] = [];
  for (const one of cases) {
    const graph = await graphOf(one, distDir);
    let bits = 0;
    const without = stepper(graph, one);
    const held = stepper(graph, one, (inner, parameters) => {
      const optimizer = new MaskedOptimizer(inner, parameters);
      const before = tf.memory().numBytes;
      const weights = holdTwoFour(graph, optimizer);
      bits = (8 * (tf.memory().numBytes - before)) / weights;
      return optimizer;
    });
    const times: [number[], number[]] = [[], []];
    // Three rounds warm both up. Which goes first changes, so that neither always follows the other.
    for (let round = -3; round < rounds; round++) {
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      for (const which of order) {
        const took = await [without, held][which]!(round + 3);
        if (round >= 0) times[which]!.push(took);
      }
    }
    const [a, b] = times.map(median) as [number, number];
    // Of the two of one round, which had the machine in the same state.
    const more = median(times[1].map((held, i) => held / times[0][i]!)) - 1;
    rows.push([
      one.name,
      `${a.toFixed(1)} ms`,
      `${b.toFixed(1)} ms`,
      `${(100 * more).toFixed(1)} %${more <= goal ? ' ✓' : ''}`,
      bits.toFixed(2),
    ]);
  }
  console.log(
    `${device.info.detail}; medians of ${rounds} interleaved rounds; load before ${busy.toFixed(1)}`,
  );
  const head = ['step', 'dense', 'masks held', 'longer by', 'bits a weight'];
  for (const line of formatTable(head, rows, 'lrrrr')) console.log(line);
}

/** Holds 2:4 masks of all layers that take them. @returns how many weights have one. */
function holdTwoFour(graph: ModelGraph, optimizer: MaskedOptimizer): number {
  let weights = 0;
  for (const { param, node, matrix } of matrixLayers(graph)) {
    if (!twoFour.fits(matrix).ok) continue;
    const size = matrix.rows * matrix.cols;
    const scores = Float32Array.from({ length: size }, (_, i) => Math.abs(Math.sin(i)));
    const keep = unpackMask(twoFour.mask(scores, matrix, 0.5));
    optimizer.setMask(param, fromMatrixOrder(graph, node, keep));
    // Masks are packed when they are first used.
    optimizer.hold(param);
    weights += size;
  }
  return weights;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
