// `npm run bench:scan [device]`: the selective scan with its gradients as one op, beside the same sums step by step, interleaved.
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { chooseDevice } from '../../native/devices/table';
import { tf } from '../../native/tf';
import { scanned } from '../../training/executor/kernels/selective-scan';

process.env['ESPALIER_THREADS'] ??= '1';
const distDir = path.resolve(__dirname, '..');
const [batch, width, states] = [4, 128, 16];
const rounds = 9;

type Scan = (inputs: readonly tf.Tensor[]) => tf.Tensor;

/** As a model's own source has it: what the graph of an unrolled loop computes. */
const stepByStep: Scan = (inputs) => {
  const [u, delta, a, b, c] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const at = (x: tf.Tensor, t: number) => x.slice([0, 0, t], [-1, -1, 1]).squeeze([2]);
  let h: tf.Tensor = tf.zeros([batch, width, states]);
  const ys: tf.Tensor[] = [];
  for (let t = 0; t < u.shape[2]!; t++) {
    const step = at(delta, t);
    const pushed = tf.mul(step, at(u, t)).expandDims(2);
    h = tf.add(tf.mul(tf.exp(tf.mul(step.expandDims(2), a)), h), tf.mul(pushed, at(b, t).expandDims(1)));
    ys.push(tf.sum(tf.mul(h, at(c, t).expandDims(1)), 2));
  }
  return tf.stack(ys, 2);
};

function timed(scan: Scan, inputs: tf.Tensor[]): number {
  const start = performance.now();
  tf.tidy(() => {
    const gradients = tf.grads((...xs) => tf.sum(scan(xs)))(inputs);
    for (const gradient of gradients) gradient.dataSync();
  });
  return performance.now() - start;
}

async function main(): Promise<void> {
  const [id = 'wasm'] = process.argv.slice(2);
  const device = await chooseDevice(id, distDir);
  await device.activate();
  const rows: string[][] = [];
  for (const length of [16, 64, 256]) {
    const inputs = [
      tf.randomNormal([batch, width, length], 0, 1, 'float32', 1),
      tf.randomUniform([batch, width, length], 0, 0.5, 'float32', 2),
      tf.randomUniform([width, states], -2, -0.1, 'float32', 3),
      tf.randomNormal([batch, states, length], 0, 1, 'float32', 4),
      tf.randomNormal([batch, states, length], 0, 1, 'float32', 5),
    ];
    const times: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round++)
      for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const took = timed([scanned, stepByStep][which]!, inputs);
        if (round >= 0) times[which]!.push(took);
      }
    const [ours, loop] = times.map((all) => all.sort((a, b) => a - b)[rounds >> 1]!) as [number, number];
    tf.dispose(inputs);
    rows.push([
      String(length),
      `${ours.toFixed(1)} ms`,
      `${loop.toFixed(1)} ms`,
      `${(loop / ours).toFixed(2)}×`,
    ]);
  }
  console.log(
    `${device.info.detail}; ${batch} × ${width} channels × ${states} states, medians of ${rounds} rounds`,
  );
  for (const line of formatTable(['steps', 'one op', 'step by step', 'faster by'], rows, 'rrrr'))
    console.log(line);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
