// `npm run bench:frontend-speed`: a torchvision ResNet-50 read cold and after an edit, beside real PyTorch, in one run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const rounds = Number(process.env['ESPALIER_ROUNDS'] ?? 5);
const distDir = path.join(process.cwd(), 'dist');

/** What a script would do at least: import, build without memory or numbers (the meta device), trace. */
const script = `
import torch, torch.fx
empty = torch.empty
torch.empty = lambda *args, **kwargs: empty(*args, **{**kwargs, 'device': 'meta'})
from torchvision.models import resnet50
torch.fx.symbolic_trace(resnet50(weights=None))
`;
const text = `from torchvision.models import resnet50

# espalier: model model input=(1, 3, 224, 224)
model = resnet50(weights=None)
`;

const run = (code: string) =>
  spawnSync(python, ['-c', code], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/**
 * Cold: from nothing to the graph, the sandbox's start included. Warm: the same file with another line in it.
 * @param edits how often the file is changed after that.
 */
async function trace(
  folder: string,
  packages: readonly string[],
  cacheDir: string,
  edits: number,
): Promise<{ cold: number; warm: number[] }> {
  const frontend = createPythonFrontend({ distDir, cacheDir, deadlineMs: 120_000 });
  const timed = async (edit: string): Promise<number> => {
    const start = performance.now();
    const request = {
      file: path.join(folder, 'model.py'),
      text: text + edit,
      workspaceFolder: folder,
      packages,
    };
    const { models } = await frontend.trace(request, new AbortController().signal);
    if (models[0]?.graph.nodes.length !== 175) throw new Error('the trace is not that of a ResNet-50');
    return performance.now() - start;
  };
  try {
    const cold = await timed('');
    const warm: number[] = [];
    for (let edit = 0; edit < edits; edit++) {
      // People type for longer than this between two traces.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      warm.push(await timed(`# edit ${edit}\n`));
    }
    return { cold, warm };
  } finally {
    await frontend.dispose();
  }
}

async function main(): Promise<void> {
  const where = run('import torchvision, pathlib; print(pathlib.Path(torchvision.__file__).parent.parent)');
  if (where.status !== 0) return console.log(`not measured: ${python} has no torchvision`);
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-speed-'));
  const [real, first, cold, warm]: [number[], number[], number[], number[]] = [[], [], [], []];
  try {
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      if (run(script).status !== 0) throw new Error('PyTorch could not build the model');
      real.push(performance.now() - start);
      const cacheDir = path.join(folder, `cache-${round}`);
      const packages = [where.stdout.trim()];
      // The very first session with these packages, and the next one, which finds what the first has kept.
      const ours = await trace(folder, packages, cacheDir, 4);
      first.push(ours.cold);
      warm.push(...ours.warm);
      cold.push((await trace(folder, packages, cacheDir, 0)).cold);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const row = (name: string, times: readonly number[], goal: string) => [
    name,
    `${median(times).toFixed(0)} ms`,
    `${(median(real) / median(times)).toFixed(1)}×`,
    goal,
  ];
  const rows = [
    row('PyTorch, a process of its own', real, ''),
    row('first session with these packages', first, ''),
    row('cold, every later session', cold, '3×'),
    row('after an edit', warm, '20×'),
  ];
  console.log(formatTable(['torchvision resnet50', 'median', 'faster', 'goal'], rows, 'lrrr').join('\n'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
