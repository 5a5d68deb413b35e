// `npm run bench:parity [architecture …]`: the executor beside PyTorch on real architectures: outputs, gradients, one step.
import { fork } from 'node:child_process';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { wasmDevice } from '../../native/devices/wasm';
import { evaluate } from './frontends/ask-python';
import { type ParityCase, parityCases } from './parity/cases';
import { type Apart, compare, type Parity, type Place } from './parity/compare';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const distDir = path.join(process.cwd(), 'dist');
const here = path.join(process.cwd(), 'test/bench/parity');
const goals = { forward: 1e-4, gradients: 1e-3, sgd: 1e-3, adamw: 1e-3 } as const;

type Answer = { readonly parity: Parity } | { readonly error: string };

/** In a process of its own: what one model leaves in memory is no other's. */
const elsewhere = (entry: ParityCase, place: Place): Promise<Answer> =>
  new Promise((resolve) => {
    const child = fork(process.argv[1]!, ['--child'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', (code) =>
      resolve({ error: `the process ended with ${code}: ${said.trim().split('\n').at(-1)}` }),
    );
    child.send({ entry, place });
  });

async function child({ entry, place }: { entry: ParityCase; place: Place }): Promise<Answer> {
  try {
    await wasmDevice(distDir).activate();
    return { parity: await compare(entry, place) };
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: Buffer };
    return { error: stderr?.toString().trim().split('\n').at(-1) ?? message };
  }
}

/** Within the goal, or as close as PyTorch in single precision comes itself where a model allows no more. */
const holds = ({ ours, own }: Apart, goal: number): boolean =>
  isNumber(ours) && ours <= Math.max(goal, 2 * own);
/** What is no number arrives from the other process as null. */
const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value);
const figure = (value: number): string => (isNumber(value) ? value.toExponential(1) : 'no number');
const cell = (apart: Apart, goal: number): string =>
  `${figure(apart.ours)} (${figure(apart.own)})${holds(apart, goal) ? '' : ' ✗'}`;

async function main(): Promise<void> {
  const environment = { python, pythonPath: [] };
  const version = await evaluate(environment, 'import torch, torchvision; print(torch.__version__)');
  const site = await evaluate(
    environment,
    'import torch, pathlib; print(pathlib.Path(torch.__file__).resolve().parent.parent)',
  );
  if (!version || !site) return console.log(`not measured: ${python} has no torch and torchvision`);
  const asked = process.argv.slice(2);
  const cases = parityCases.filter(({ id }) => asked.length === 0 || asked.includes(id));
  const rows: string[][] = [];
  let held = 0;
  for (const entry of cases) {
    const answer = await elsewhere(entry, { python, distDir, here, packages: [site] });
    if ('error' in answer) {
      rows.push([entry.id, '', '', '', '', '', '', answer.error.slice(0, 60)]);
      console.log(`${entry.id}: ${answer.error}`);
      continue;
    }
    const { nodes, parameters, transposes, ...found } = answer.parity;
    const keys = Object.keys(goals) as (keyof typeof goals)[];
    if (keys.every((key) => holds(found[key], goals[key]))) held++;
    const cells = keys.map((key) => cell(found[key], goals[key]));
    console.log(`${entry.id}: ${cells.join('  ')}`);
    rows.push([entry.id, String(nodes), `${(parameters / 1e6).toFixed(1)} M`, String(transposes), ...cells]);
  }
  const head = ['architecture', 'nodes', 'parameters', 'transposes', 'forward', 'gradients', 'SGD', 'AdamW'];
  console.log(
    `\nbeside PyTorch ${version}; in double precision, relative; in brackets PyTorch's own single precision`,
  );
  console.log('goals: forward 1e-4, the others 1e-3, or twice what single precision costs PyTorch\n');
  console.log(formatTable(head, rows, 'lrrrrrrr').join('\n'));
  console.log(`\n${held} of ${cases.length} hold`);
}

if (process.argv.includes('--child'))
  process.once('message', (work: { entry: ParityCase; place: Place }) => {
    void child(work).then((answer) => process.send!(answer, () => process.exit(0)));
  });
else
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
