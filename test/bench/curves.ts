// `npm run bench:curves`: the same model, weights and batches trained by PyTorch and by the executor; how far the losses part.
// ESPALIER_DEVICE=tensorflow trains on that device; `-- ResNet 20` runs the curves named so, over twenty seeds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import type { DataSpec } from '../../core/recipe/recipe';
import { chooseDevice } from '../../native/devices/table';
import { Batches } from '../../training/data/batches';
import type { Dataset, HostBatch } from '../../training/data/dataset';
import { inputsOf, loadDataset } from '../../training/data/load';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { readSafetensors, writeSafetensors } from '../../training/export/safetensors';
import { optimizers } from '../../training/optimizers/table';
import { taskOf } from '../../training/tasks/table';
import { learningRateAt } from '../../training/trainer/schedules';
import { trainStep } from '../../training/trainer/step';
import { completed, traced } from './parity/compare';
import { mean, spread } from './repro/reproduction';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const distDir = path.join(process.cwd(), 'dist');
const here = path.join(process.cwd(), 'test/bench/parity');
const shakespeare = process.env['ESPALIER_TEXT'] ?? path.resolve('../shared/data/tinyshakespeare/input.txt');
/** Losses of so many last steps are averaged: single ones are noise. */
const last = 20;

interface Curve {
  readonly id: string;
  readonly text: string;
  readonly data: DataSpec;
  readonly batch: number;
  readonly rate: number;
  /** Each is other weights to start from and other batches, the same for both. */
  readonly seeds: number;
  /** Enough that the loss falls far below that of guessing. */
  readonly steps: number;
  /** Of labels; none unless said. */
  readonly smoothing?: number;
}

const resnet = {
  text: 'from resnet20 import *\n# espalier: model model input=(1, 3, 32, 32)\nmodel = ResNet20()\n',
  data: { kind: 'shapes', train: 4000, test: 500, flip: false, crop: 0 },
  batch: 64,
  rate: 1e-3,
  seeds: 3,
} as const;

const curves: readonly Curve[] = [
  // With smoothed labels the least loss is 0.50, so that what is left at the end can be told apart in percent.
  { id: 'ResNet-20 on shapes, to the end', ...resnet, steps: 900, smoothing: 0.1 },
  // Rounding grows over the steps: after thirty, single precision is 1 % from double in PyTorch too. While the loss
  // falls fast, one run says little.
  { id: 'ResNet-20 on shapes, half-way', ...resnet, steps: 300 },
  {
    id: 'GPT, 4 layers, on Tiny Shakespeare',
    text: 'from gpt import *\n# espalier: model model input=(1, 64)\nmodel = GPT()\n',
    data: { kind: 'text', file: shakespeare, length: 64, test: 0.1 },
    batch: 16,
    rate: 1e-3,
    seeds: 1,
    steps: 400,
  },
];

interface Ends {
  /** Losses of the first step. */
  readonly first: readonly [theirs: number, ours: number];
  /** Means of the last steps; `again` is PyTorch with its sums in another order. */
  readonly theirs: number;
  readonly ours: number;
  readonly again: number;
}

async function run(curve: Curve): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-curve-'));
  try {
    const ends: Ends[] = [];
    for (let seed = 0; seed < curve.seeds; seed++) {
      ends.push(await both(curve, seed, folder));
      const { theirs, ours, again } = ends.at(-1)!;
      console.error(`${curve.id}, seed ${seed}: PyTorch ${theirs}, ours ${ours}, PyTorch again ${again}`);
    }
    const [theirs, ours, again] = (['theirs', 'ours', 'again'] as const).map((key) =>
      ends.map((end) => end[key]),
    ) as [number[], number[], number[]];
    const apart = (values: readonly number[], from = theirs) => (mean(values) - mean(from)) / mean(theirs);
    /** The standard error of that difference over the seeds, which start alike in both. */
    const doubt = (values: readonly number[], from: readonly number[]) =>
      spread(values.map((value, i) => value - from[i]!)) / Math.sqrt(values.length) / mean(theirs);
    const percent = (values: readonly number[], from = theirs) =>
      `${(100 * apart(values, from)).toFixed(2)} %` +
      (values.length > 1 ? ` ± ${(100 * doubt(values, from)).toFixed(2)}` : '');
    const about = (values: readonly number[]) =>
      mean(values).toFixed(4) + (values.length > 1 ? ` ± ${spread(values).toFixed(4)}` : '');
    return [
      curve.id,
      `${curve.seeds} × ${curve.steps}`,
      ...ends[0]!.first.map((loss) => loss.toFixed(4)),
      about(theirs),
      about(again),
      about(ours),
      `${percent(ours)}${Math.abs(apart(ours)) <= 0.02 ? ' ✓' : ''}`,
      percent(again),
      percent(ours, again),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One seed in PyTorch, twice, and here. */
async function both(curve: Curve, seed: number, folder: string): Promise<Ends> {
  const models = path.join(here, 'models');
  const graph = await traced(curve, { distDir, packages: [], models });
  const data = await loadDataset(curve.data, { baseFolder: process.cwd(), wanted: inputsOf(graph) });
  const { steps } = curve;
  const rates = Array.from({ length: steps }, (_, step) =>
    learningRateAt('cosine', step, {
      highest: curve.rate,
      totalSteps: steps,
      warmUp: Math.ceil(steps / 20),
      floor: 0,
      dropEvery: 1,
      dropTo: 1,
      power: 1,
    }),
  );
  const batches = await drawn(data, curve.batch, steps, seed);
  writeFileSync(path.join(folder, 'case.json'), JSON.stringify({ ...curve, rates, seed }));
  writeFileSync(path.join(folder, 'batches.safetensors'), stacked(batches));
  const inPyTorch = (...how: string[]) => {
    execFileSync(python, [path.join(here, 'train.py'), folder, models, ...how], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return (JSON.parse(readFileSync(path.join(folder, 'losses.json'), 'utf8')) as { losses: number[] })
      .losses;
  };
  // The same sums in another order: what is apart here is rounding, and no executor can be held to less.
  const again = inPyTorch('otherwise');
  const theirs = inPyTorch();
  const weights = completed(
    graph,
    readSafetensors(readFileSync(path.join(folder, 'weights.safetensors'))).tensors,
  );
  const parameters = Parameters.load(graph, weights);
  const executor = new Executor(graph, parameters);
  const optimizer = optimizers.adamw(parameters, curve.rate, {
    weightDecay: 0.01,
    decayAll: true,
  });
  const task = taskOf(graph, data, { labelSmoothing: curve.smoothing });
  const ours: number[] = [];
  for (const [step, batch] of batches.entries()) {
    optimizer.learningRate = rates[step]!;
    ours.push((await trainStep(executor, optimizer, task, batch, { seed: step })).loss);
  }
  parameters.dispose();
  optimizer.dispose();
  const end = (losses: readonly number[]) => mean(losses.slice(-last));
  return { first: [theirs[0]!, ours[0]!], theirs: end(theirs), ours: end(ours), again: end(again) };
}

async function drawn(data: Dataset, batch: number, steps: number, seed: number): Promise<HostBatch[]> {
  const order = new Batches(data.train.count, batch, seed + 1);
  const found: HostBatch[] = [];
  for (let step = 0; step < steps; step++) found.push(await data.train.take(order.at(step)));
  return found;
}

/** One tensor of all inputs and one of all answers, step by step. */
function stacked(batches: readonly HostBatch[]): Uint8Array {
  const [first] = batches;
  const x = first!.inputs[0]!;
  const size = x.data.length;
  const data =
    x.data instanceof Int32Array
      ? new Int32Array(size * batches.length)
      : new Float32Array(size * batches.length);
  const answers = batches.map(({ targets }) =>
    targets.kind === 'classes' ? targets.labels : targets.kind === 'tokens' ? targets.ids : new Int32Array(),
  );
  batches.forEach(({ inputs }, i) => data.set(inputs[0]!.data, i * size));
  const y = Int32Array.from(answers.flatMap((each) => [...each]));
  return writeSafetensors(
    new Map([
      ['x', { shape: [batches.length, ...x.shape], data }],
      ['y', { shape: [batches.length, answers[0]!.length], data: y }],
    ]),
  );
}

async function main(): Promise<void> {
  const device = await chooseDevice(process.env['ESPALIER_DEVICE'] ?? 'wasm', distDir);
  await device.activate();
  const rows: string[][] = [];
  const [, , named = '', seeds] = process.argv;
  for (const curve of curves.filter(({ id }) => id.includes(named)))
    rows.push(await run({ ...curve, seeds: Number(seeds ?? curve.seeds) }));
  const head = [
    'run',
    'seeds × steps',
    'first loss: PyTorch',
    'ours',
    `mean of the last ${last}: PyTorch`,
    'again',
    'ours',
    'ours from PyTorch, goal 2 %',
    'again from PyTorch',
    'ours from again',
  ];
  console.log(formatTable(head, rows, 'lrrrrrrrrr').join('\n'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
