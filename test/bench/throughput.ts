// `npm run bench:throughput`: steps of training beside PyTorch's eager mode on the same threads, interleaved in one run.
// ESPALIER_PYTHON names a Python with torch; ESPALIER_THREADS the threads of both (1 unless said).
// Told are lower quartiles: what else the machine does only adds to a step, and to PyTorch's on several threads a hundredfold.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readModels } from '../../cli/models';
import { formatTable } from '../../cli/table';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { HostBatch } from '../../training/data/dataset';
import type { tf } from '../../native/tf';
import { chooseDevice } from '../../native/devices/table';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { optimizers } from '../../training/optimizers/table';
import { Classification } from '../../training/tasks/classification';
import { trainStep } from '../../training/trainer/step';

const root = path.resolve(__dirname, '../..');
const distDir = path.join(root, 'dist');
const python = process.env['ESPALIER_PYTHON'] ?? 'python3';
process.env['ESPALIER_THREADS'] ??= '1';
const rounds = 20;

interface Case {
  readonly name: string;
  readonly file: string;
  readonly model: string;
  readonly batch: number;
  readonly optimizer: 'sgd' | 'adam';
}

const cases: readonly Case[] = [
  { name: 'ResNet-20, batch 64', file: 'resnet20.py', model: 'ResNet20', batch: 64, optimizer: 'sgd' },
  { name: 'GPT, 4 layers, batch 16', file: 'gpt.py', model: 'GPT', batch: 16, optimizer: 'adam' },
];

async function main(): Promise<void> {
  const [id = 'tensorflow'] = process.argv.slice(2);
  const device = await chooseDevice(id, distDir);
  await device.activate();
  const rows: string[][] = [];
  const [busy] = loadavg() as [number];
  for (const one of cases) {
    const file = path.join(root, 'test/bench/parity/models', one.file);
    const models = await readModels(file, distDir, new AbortController().signal);
    const graph = models.find(({ graph: { name } }) => name === one.model)?.graph ?? models[0]!.graph;
    const torch = new Torch(one, readFileSync(file, 'utf8'));
    try {
      const step = stepper(graph, one);
      const [ours, theirs]: [number[], number[]] = [[], []];
      // Three rounds warm both up.
      for (let round = -3; round < rounds; round++) {
        const pair = [await step(round + 3), await torch.step()] as const;
        if (round >= 0) [ours, theirs].forEach((times, i) => times.push(pair[i]!));
      }
      const [a, b] = [quartile(ours), quartile(theirs)];
      rows.push([one.name, `${a.toFixed(1)} ms`, `${b.toFixed(1)} ms`, `${(b / a).toFixed(2)}×`]);
    } finally {
      torch.end();
    }
  }
  console.log(
    `${device.info.detail}; lower quartiles of ${rounds} interleaved rounds; load before ${busy.toFixed(1)}`,
  );
  for (const line of formatTable(['step', id, 'PyTorch', 'throughput'], rows, 'lrrr')) console.log(line);
}

/** One step a call: milliseconds. */
function stepper(graph: ModelGraph, { batch, optimizer: name }: Case): (seed: number) => Promise<number> {
  const parameters = Parameters.initialise(graph, 1);
  const executor = new Executor(graph, parameters);
  const optimizer = optimizers[name](parameters, 1e-3, {});
  const isText = graph.values[graph.inputs[0]!]!.dtype === 'int32';
  const length = Number(graph.values[graph.inputs[0]!]!.shape[1]);
  const count = isText ? batch * length : batch * 32 * 32 * 3;
  const input = isText
    ? { shape: [batch, length], data: Int32Array.from({ length: count }, (_, i) => (i * 7) % 60) }
    : { shape: [batch, 32, 32, 3], data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)) };
  const rows = isText ? count : batch;
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 10);
  const given: HostBatch = { inputs: [input], targets: { kind: 'classes', labels }, count: batch };
  return async (seed) => {
    const start = performance.now();
    await trainStep(executor, optimizer, new Rows(), given, { seed });
    return performance.now() - start;
  };
}

/** Logits of any rank, as rows. */
class Rows extends Classification {
  override loss([output]: readonly tf.Tensor[], targets: HostBatch['targets']) {
    const rows = targets.kind === 'classes' ? targets.labels.length : 1;
    return super.loss([output!.reshape([rows, output!.size / rows])], targets);
  }
}

/** PyTorch in a process that does one step for each line that it is sent. */
class Torch {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;

  constructor({ model, batch, optimizer }: Case, text: string) {
    const args = [path.join(root, 'test/bench/throughput/step.py')];
    this.child = spawn(python, args, { stdio: 'pipe' });
    this.child.stderr.pipe(process.stderr);
    this.lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
    const threads = Number(process.env['ESPALIER_THREADS']);
    this.child.stdin.write(`${JSON.stringify({ text, model, batch, optimizer, threads })}\n`);
  }

  async step(): Promise<number> {
    this.child.stdin.write('\n');
    const line = await this.lines.next();
    if (line.done) throw new Error(`${python} ended; has it torch?`);
    return Number(line.value);
  }

  end(): void {
    this.child.stdin.end();
  }
}

const quartile = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 2]!;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
