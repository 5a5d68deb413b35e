// Memory that runs out under TensorFlow: asked for before a run, and when it is refused in the middle of one. Whether TensorFlow
// says so or its libraries give up with the whole process is chance; either way a checkpoint is kept and the run goes on from it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/runs/run-record';
import { TrainingHost } from '../../extension/training-host/training-host';
import { RunFolder } from '../../training/runs/run-folder';
import { tinyNet, tinyRecipe } from '../unit/training/tiny';
import { linkTensorFlow, noTensorFlow } from './tensorflow';

const noLimits = spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'there is no prlimit';
const missing = noTensorFlow ?? noLimits;

describe.skipIf(missing)(`memory on tensorflow${missing ? ` (${missing})` : ''}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-memory-'));
  const runsFolder = path.join(folder, 'runs');
  let home = '';
  beforeAll(() => void (home = linkTensorFlow()));
  afterAll(() => [folder, home].forEach((one) => rmSync(one, { recursive: true, force: true })));

  /** The host under the extension's own supervision, and what it heard. */
  function supervised() {
    const crashes: string[] = [];
    const steps: number[] = [];
    const ended: RunRecord[] = [];
    const host = new TrainingHost({
      bundle: path.resolve('dist/training-host.cjs'),
      env: () => ({ ESPALIER_HOME: home, ESPALIER_THREADS: '1' }),
      onLine: () => undefined,
      onCrash: ({ reason }) => crashes.push(reason),
    });
    host.on('run/progress', ({ step }) => steps.push(step));
    host.on('run/ended', ({ record }) => ended.push(record));
    return { host, crashes, steps, ended };
  }

  const start = (host: TrainingHost, batch: number, width: number) =>
    host.ask('runs/start', {
      recipe: tinyRecipe('nm-magnitude', {
        device: 'tensorflow',
        data: { kind: 'digits', train: 2560, test: 100 },
        training: { epochs: 500, batch, checkpointEvery: 4 },
      }),
      ...{ graph: tinyNet(width), baseFolder: folder, runsFolder },
    });

  it('is asked for before a run begins', async () => {
    const { host } = supervised();
    await expect(start(host, 65_536, 4096)).rejects.toThrow(
      /^tiny needs about [\d.]+ TB to train with batch 65536; TensorFlow \(CPU\) has [\d.]+ GB: .*ESPALIER_ANY_MEMORY=1/,
    );
    await host.close();
  });

  it('that is refused ends a run in one line, and it is gone on with', async () => {
    const { host, crashes, steps, ended } = supervised();
    const { id } = await start(host, 64, 64);
    const run = path.join(runsFolder, id);
    await expect.poll(() => steps.at(-1) ?? 0, { timeout: 60_000, interval: 20 }).toBeGreaterThan(9);
    const pid = (await host.pid())!;
    // As much as it has at this moment of a step: others need more.
    limit(pid, dataOf(pid));
    await expect.poll(() => crashes.length + ended.length, { timeout: 90_000 }).toBe(1);
    const record = await new RunFolder(run).record();
    const { step } = (await new RunFolder(run).checkpoint())!;
    expect(step).toBeGreaterThanOrEqual(8);
    if (ended.length > 0) {
      expect(record.status).toBe('failed');
      expect(record.error).toMatch(
        new RegExp(`^[^\\n]*needed more memory than TensorFlow .*the checkpoint of step ${step} is kept$`),
      );
      limit(pid, Infinity);
    } else {
      expect(crashes[0]).toMatch(
        /^the training host (ran out of memory|crashed in native code \(SIG\w+\)|was killed [^\n]*)$/,
      );
      expect(record.status).toBe('interrupted');
    }
    // The next request finds a host that works, the one that lived or a new one.
    steps.length = 0;
    await host.ask('runs/resume', { folder: run });
    await expect.poll(() => steps.at(-1) ?? 0, { timeout: 60_000 }).toBeGreaterThan(step + 8);
    const stopped = await host.ask('runs/stop', { folder: run });
    expect([stopped.status, stopped.error]).toEqual(['stopped', undefined]);
    await host.close();
  });
});

/** Bytes of data that a process may have from now on. */
function limit(pid: number, bytes: number): void {
  const most = Number.isFinite(bytes) ? String(Math.round(bytes)) : 'unlimited';
  execFileSync('prlimit', ['--pid', String(pid), `--data=${most}:unlimited`]);
}

const dataOf = (pid: number): number =>
  1024 * Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
