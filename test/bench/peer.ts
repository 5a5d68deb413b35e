// `npm run bench:peer [architecture …]`: the groups that Torch-Pruning finds beside ours, and how long both look for them.
// ESPALIER_TORCH_PRUNING names a folder that holds its package; ESPALIER_PYTHON a Python with PyTorch and torchvision.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { formatTable } from '../../cli/table';
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { environment, evaluate, folderOf } from './frontends/ask-python';
import { type Architecture, fromFile, fromTorchvision } from './groups/architectures';
import { compareTies, type Ties, tiesOf } from './peer/compare';

const run = promisify(execFile);
const { python } = environment;
const peer = process.env['ESPALIER_TORCH_PRUNING'] ?? '';
/** Where it has not found its groups by then it is said so. */
const patience = 240_000;

interface Case extends Architecture {
  readonly shape: readonly number[];
}

const images = [1, 3, 224, 224];
const cases: readonly Case[] = [
  ...['resnet18', 'resnet50', 'mobilenet_v2', 'densenet121', 'vgg11_bn', 'vit_b_16', 'swin_t'].map((id) => ({
    ...fromTorchvision(id, 224, true),
    shape: images,
  })),
  { ...fromFile('llama', [100]), shape: [1, 16] },
];

async function theirs(
  file: string,
  { shape, tokens: [tokens = 0] = [] }: Case,
): Promise<{ groups: Ties[]; seconds: number }> {
  const script = path.join(process.cwd(), 'test/bench/peer/torch_pruning_groups.py');
  const env = { ...process.env, PYTHONPATH: peer, PYTHONDONTWRITEBYTECODE: '1' };
  const args = [script, file, shape.join(','), String(tokens)];
  const { stdout } = await run(python, args, { env, timeout: patience, maxBuffer: 1 << 28 });
  const line = stdout.split('\n').find((text) => text.startsWith('GROUPS '));
  if (!line) throw new Error('it ended without an answer');
  return JSON.parse(line.slice('GROUPS '.length)) as { groups: Ties[]; seconds: number };
}

async function traced(frontend: Frontend, file: string, text: string, packages: string): Promise<ModelGraph> {
  const request = { file, text, workspaceFolder: path.dirname(file), packages: [packages] };
  const { models, diagnostics } = await frontend.trace(request, new AbortController().signal);
  const graph = models.find((model) => model.graph.name === 'model')?.graph;
  if (!graph) throw new Error(diagnostics[0]?.message ?? 'no model was found');
  return graph;
}

async function row(frontend: Frontend, entry: Case, folder: string, packages: string): Promise<string[]> {
  const file = path.join(folder, `${entry.id}.py`);
  writeFileSync(file, entry.text);
  const graph = await traced(frontend, file, entry.text, packages);
  const begin = performance.now();
  const groups = findGroups(graph);
  const own = (performance.now() - begin) / 1000;
  const ties = groups.map((group) => tiesOf(graph, group));
  const prunable = groups.filter((group) => group.prunable.ok).length;
  const ours = [entry.id, String(groups.length), String(prunable)];
  try {
    const answer = await theirs(file, entry);
    const { same, theirs: all, different } = compareTies(ties, answer.groups);
    for (const { theirs: tied, ours: have } of different) {
      console.log(`  ${entry.id}: theirs: ${tied.join(', ')}`);
      for (const ties of have) console.log(`  ${entry.id}:   ours: ${ties.join(', ')}`);
    }
    return [...ours, String(all), `${same} of ${all}`, answer.seconds.toFixed(2), own.toFixed(3)];
  } catch (error) {
    const killed = (error as { killed?: boolean }).killed;
    const why = killed ? `none within ${patience / 1000} s` : 'none';
    if (!killed) console.log(`  ${entry.id}: ${(error as Error).message.trim().split('\n').at(-1)}`);
    return [...ours, why, '', '', own.toFixed(3)];
  }
}

async function main(wanted: readonly string[]): Promise<void> {
  const packages = await folderOf(environment, 'torchvision');
  if (packages === undefined) throw new Error(`${python} has no torchvision; name one by ESPALIER_PYTHON`);
  if ((await evaluate({ python, pythonPath: [peer] }, 'import torch_pruning')) === undefined)
    throw new Error(
      'Torch-Pruning is not there: name the folder that holds its package by ESPALIER_TORCH_PRUNING',
    );
  const frontend = createPythonFrontend({ distDir: path.join(process.cwd(), 'dist'), deadlineMs: 120_000 });
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-peer-'));
  const rows: string[][] = [];
  try {
    for (const entry of cases.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
      rows.push(await row(frontend, entry, folder, packages));
  } finally {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  const header = [
    'architecture',
    'our groups',
    'prunable',
    'their groups',
    'the same',
    'they take (s)',
    'we take (s)',
  ];
  console.log(`\n${formatTable(header, rows, 'lrrrrrr').join('\n')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
