// `npm run bench:onnx [architecture …]`: the architectures of `bench:parity` as ONNX files that ONNX Runtime computes, beside PyTorch.
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { writeOnnx } from '../../training/export/onnx/export';
import { onnxOps } from '../../training/export/onnx/ops/table';
import { readSafetensors } from '../../training/export/safetensors';
import { evaluate } from './frontends/ask-python';
import { type ParityCase, parityCases } from './parity/cases';
import { type Apart, completed, gap, type Place, traced } from './parity/compare';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const distDir = path.join(process.cwd(), 'dist');
const here = path.join(process.cwd(), 'test/bench/parity');
/** Of the largest output, or twice what single precision costs PyTorch. */
const goal = 1e-4;

interface Written {
  readonly nodes: number;
  /** Nodes of the file. */
  readonly written: number;
  readonly megabytes: number;
  readonly outputs: Apart;
}
type Answer = { readonly written: Written } | { readonly error: string };

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
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-'));
  try {
    return { written: await written(entry, place, folder) };
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: Buffer };
    return { error: stderr?.toString().trim().split('\n').at(-1) ?? message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function written(entry: ParityCase, place: Place, folder: string): Promise<Written> {
  const models = path.join(place.here, 'models');
  const graph = await traced(entry, { ...place, models });
  const unknown = new Set(graph.nodes.map(({ op }) => op).filter((op) => !onnxOps.has(op)));
  if (unknown.size > 0) throw new Error(`ONNX export does not know ${[...unknown].sort().join(', ')}`);
  writeFileSync(path.join(folder, 'case.json'), JSON.stringify(entry));
  execFileSync(place.python, [path.join(place.here, 'facts.py'), folder, models, 'outputs'], {
    stdio: 'pipe',
  });
  const read = (name: string) =>
    readSafetensors(readFileSync(path.join(folder, `${name}.safetensors`))).tensors;
  const file = writeOnnx({ graph, weights: completed(graph, read('weights')) });
  const io = read('io');
  const session = await loadOnnxRuntime(place.distDir).open(file.bytes);
  const outputs = await session.run(graph.inputs.map((_, i) => io.get(`input ${i}`)!));
  await session.release();
  const [double, single] = ['double-output', 'single-output'].map((name) => read(name).get('output')!);
  const output = outputs.find(({ shape }) => shape.join() === double!.shape.join());
  if (!output)
    throw new Error(
      `no output is ${double!.shape.join('×')}; they are ${outputs.map(({ shape }) => shape.join('×')).join(', ')}`,
    );
  return {
    nodes: graph.nodes.length,
    written: file.nodes,
    megabytes: file.bytes.length / 1e6,
    outputs: { ours: gap(double!, output), own: gap(double!, single!) },
  };
}

const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value);
const holds = ({ ours, own }: Apart): boolean => isNumber(ours) && ours <= Math.max(goal, 2 * own);

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
      rows.push([entry.id, '', '', '', '', '', answer.error]);
      console.log(`${entry.id}: ${answer.error}`);
      continue;
    }
    const { nodes, written, megabytes, outputs } = answer.written;
    if (holds(outputs)) held++;
    const [ours, own] = [outputs.ours, outputs.own].map((value) =>
      isNumber(value) ? value.toExponential(1) : 'no number',
    );
    console.log(`${entry.id}: ${ours} (${own})`);
    rows.push([
      entry.id,
      String(nodes),
      String(written),
      megabytes.toFixed(1),
      ours!,
      own!,
      holds(outputs) ? '' : '✗',
    ]);
  }
  const head = ['architecture', 'nodes', 'in the file', 'MB', 'apart', "PyTorch's own", ''];
  const runtime = loadOnnxRuntime(distDir).version;
  console.log(
    `\nONNX Runtime ${runtime} beside PyTorch ${version} in double precision: largest difference of the output, of its largest value; and PyTorch's own in single precision\n`,
  );
  console.log(formatTable(head, rows, 'lrrrrrl').join('\n'));
  console.log(`\n${held} of ${cases.length} within 1e-4, or twice what single precision costs PyTorch`);
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
