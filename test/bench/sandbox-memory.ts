// `npm run bench:sandbox-memory [corpus | corpus/case …]`: what the Python sandbox takes at its peak while it reads real models.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { environment } from './frontends/ask-python';
import type { Case } from './frontends/corpus';
import { corpora } from './frontends/table';

const goalMb = 400;
interface Work {
  readonly cases: readonly Case[];
  readonly packages: readonly string[];
}

interface Taken {
  /** Megabytes beyond what the process had before the sandbox started. */
  readonly peak: number;
  readonly read: number;
}

/** Resident memory in MB without the heap of this thread, where the answers are kept: what the sandbox's thread takes. */
function resident(): number {
  const { rss, heapTotal } = process.memoryUsage();
  return (rss - heapTotal) / 2 ** 20;
}

/** Looks so often that no import goes by unseen. */
const everyMs = 10;

/** In a process of its own: one sandbox reads all of the cases, as an editor would over a day. */
async function readAll({ cases, packages }: Work): Promise<Taken> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-memory-'));
  const before = resident();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, resident() - before)), everyMs);
  const frontend = createPythonFrontend({
    distDir: path.join(process.cwd(), 'dist'),
    cacheDir: path.join(folder, 'cache'),
    deadlineMs: 120_000,
  });
  let read = 0;
  try {
    for (const { file, text } of cases) {
      const request = { file: path.join(folder, file), text, workspaceFolder: folder, packages };
      read += (await frontend.trace(request, new AbortController().signal)).models.length > 0 ? 1 : 0;
    }
    return { peak, read };
  } finally {
    clearInterval(watch);
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

const elsewhere = (work: Work): Promise<Taken> =>
  new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, ['--child'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', (taken) => resolve(taken as Taken));
    child.once('exit', (code) => reject(new Error(`the process that reads ended with ${code}`)));
    child.send(work);
  });

async function main(): Promise<void> {
  const asked = process.argv.slice(2).map((name) => name.split('/'));
  const rows: string[][] = [];
  const wanted = asked.length > 0 ? asked : corpora.filter(({ id }) => id !== 'yolo').map(({ id }) => [id]);
  for (const [name, only] of wanted) {
    const corpus = corpora.find(({ id }) => id === name);
    if (!corpus) throw new Error(`there is no corpus ${name}; ${corpora.map(({ id }) => id).join(', ')}`);
    const loaded = await corpus.load(environment);
    if (typeof loaded === 'string') {
      rows.push([corpus.title, 'not measured', loaded]);
      continue;
    }
    const { packages } = loaded;
    const cases = only ? loaded.cases.filter(({ id }) => id === only) : loaded.cases;
    const { peak, read } = await elsewhere({ cases, packages });
    rows.push([
      only ? `${corpus.title}: ${only}` : corpus.title,
      `${read} of ${cases.length}`,
      `${peak.toFixed(0)} MB${peak <= goalMb ? ' ✓' : ''}`,
    ]);
  }
  console.log(formatTable(['corpus', 'files read', `peak, goal ${goalMb} MB`], rows, 'lrr').join('\n'));
}

const failed = (error: unknown) => {
  console.error(error);
  process.exit(1);
};

if (process.argv.includes('--child'))
  process.once('message', (work: Work) => {
    readAll(work).then((taken) => {
      process.send!(taken, () => process.disconnect());
    }, failed);
  });
else main().catch(failed);
