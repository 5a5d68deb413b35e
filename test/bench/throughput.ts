// `npm run bench:throughput`: steps of training beside PyTorch's eager mode on the same threads, interleaved in one run.
// ESPALIER_PYTHON names a Python with torch; ESPALIER_THREADS the threads of both (1 unless said).
// Told are lower quartiles: what else the machine does only adds to a step, and to PyTorch's on several threads a hundredfold.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { formatTable } from '../../cli/table';
import { chooseDevice } from '../../native/devices/table';
import { type Case, cases, graphOf, stepper } from './throughput/steps';

const root = path.resolve(__dirname, '../..');
const distDir = path.join(root, 'dist');
const python = process.env['ESPALIER_PYTHON'] ?? 'python3';
process.env['ESPALIER_THREADS'] ??= '1';
const rounds = 20;

async function main(): Promise<void> {
  const [id = 'tensorflow'] = process.argv.slice(2);
  const device = await chooseDevice(id, distDir);
  await device.activate();
  const rows: string[][] = [];
  const [busy] = loadavg() as [number];
  for (const one of cases) {
    const file = path.join(root, 'test/bench/parity/models', one.file);
    const graph = await graphOf(one, distDir);
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
