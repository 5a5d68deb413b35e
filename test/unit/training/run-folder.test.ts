// The run store: what is written comes back, a crash leaves the old or the new, and damage is said in one line.
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packMask } from '../../../core/sparsity/mask';
import type { Checkpoint } from '../../../training/runs/checkpoint';
import { readSafetensors, writeSafetensors } from '../../../training/export/safetensors';
import { listRuns } from '../../../training/runs/list';
import { RunFolder } from '../../../training/runs/run-folder';
import { runId } from '../../../training/runs/run-id';
import { RunWriter } from '../../../training/runs/run-writer';
import { tempFolder, tinyNet, tinyRecipe } from './support';

const recipe = tinyRecipe('nm-magnitude');
const newRun = {
  recipe,
  graph: tinyNet(),
  baseFolder: '/models',
  device: { id: 'wasm', name: 'WASM' },
  totalSteps: 32,
};

const checkpoint: Checkpoint = {
  step: 12,
  seconds: 3.5,
  metricLines: 2,
  structure: 'dense',
  denseAccuracy: 0.5,
  weights: new Map([['a.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3, 0, 5, 6) }]]),
  optimizer: new Map([['step', { shape: [1], data: Int32Array.of(12) }]]),
  masks: new Map([['a.weight', packMask([2, 3], [1, 0, 1, 0, 1, 1])]]),
};

const point = (step: number) => ({ step, phase: 'dense', density: 1, seconds: step });

/** A process id that belongs to nobody: Linux' largest is 2²² by default. */
const nobody = 2 ** 22 + 1;

describe('a run folder', () => {
  it('gives back what was written', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await run.saveCheckpoint(checkpoint);
    await run.saveMasks(checkpoint.masks);
    await run.saveWeights('dense', checkpoint.weights);
    await run.appendMetrics(point(1));
    await run.update({ step: 12 });
    const read = await RunFolder.open(run.folder);
    expect(await read.checkpoint()).toEqual(checkpoint);
    expect(await read.masks()).toEqual(checkpoint.masks);
    expect((await read.denseModel()).weights).toEqual(checkpoint.weights);
    expect(await read.metrics()).toEqual([point(1)]);
    expect(await read.graph()).toEqual(JSON.parse(JSON.stringify(newRun.graph)));
    expect(await read.record()).toMatchObject({
      status: 'running',
      step: 12,
      baseFolder: '/models',
      pid: process.pid,
    });
    await run.release();
  });

  it('is named by time, model and method, and never twice', async () => {
    const now = new Date(2026, 2, 1, 14, 5, 9);
    expect(runId('My Net/2', 'nm-magnitude', now)).toBe('2026-03-01_14-05-09_My-Net-2_nm-magnitude');
    const folder = tempFolder();
    const runs = [await RunWriter.create(folder, newRun, now), await RunWriter.create(folder, newRun, now)];
    expect(runs.map((run) => path.basename(run.folder))).toEqual([
      '2026-03-01_14-05-09_tiny_nm-magnitude',
      '2026-03-01_14-05-09_tiny_nm-magnitude-2',
    ]);
  });

  it('has one writer at a time', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await expect(RunWriter.claim(run.folder)).rejects.toThrow(
      /is being trained by this process; stop it there first/,
    );
    await run.release();
    const next = await RunWriter.claim(run.folder);
    await next.release();
  });

  it('says so when a living process of another id holds it', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    writeFileSync(run.path('lock'), JSON.stringify({ pid: process.ppid }));
    await expect(RunWriter.claim(run.folder)).rejects.toThrow(`is being trained by process ${process.ppid}`);
  });

  it('is taken over, and reads as interrupted, when its process is gone', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await run.update({ pid: nobody });
    writeFileSync(run.path('lock'), JSON.stringify({ pid: nobody, started: '1' }));
    writeFileSync(path.join(run.folder, '.checkpoint.safetensors.x.tmp'), 'half');
    expect((await new RunFolder(run.folder).record()).status).toBe('interrupted');
    const next = await RunWriter.claim(run.folder);
    expect(readdirSync(run.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await next.release();
  });

  it('is taken over when another process got the same id', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    writeFileSync(run.path('lock'), JSON.stringify({ pid: process.ppid, started: '1' }));
    await expect(RunWriter.claim(run.folder)).resolves.toBeInstanceOf(RunWriter);
  });

  it('goes to one of those who claim a stale run at the same moment', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    for (let round = 0; round < 25; round++) {
      writeFileSync(run.path('lock'), JSON.stringify({ pid: nobody, round }));
      const claims = await Promise.allSettled(
        // Some come while others are at it already.
        Array.from({ length: 8 }, async (_, i) => {
          await new Promise((resolve) => setTimeout(resolve, i % 4));
          return RunWriter.claim(run.folder);
        }),
      );
      const got = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
      expect(got).toHaveLength(1);
      expect(JSON.parse(readFileSync(run.path('lock'), 'utf8'))).toMatchObject({ pid: process.pid });
      // And back: the stale lock of the next round is put over a live one.
      await got[0]!.release();
      expect(readdirSync(run.folder).filter((name) => name.startsWith('lock'))).toEqual([]);
    }
  });

  it('leaves nothing behind when it cannot be made', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'file'), '');
    await expect(RunWriter.create(path.join(folder, 'file', 'runs'), newRun)).rejects.toThrow(
      /cannot make a run folder/,
    );
  });
});

describe('checkpoints', () => {
  const flip = (file: string, at: number) => {
    const bytes = readFileSync(file);
    bytes[bytes.length - at]! ^= 0x10;
    writeFileSync(file, bytes);
  };
  const at = (step: number): Checkpoint => ({ ...checkpoint, step });

  it('are told from damaged ones by their checksum, and the one before is used', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    for (const step of [4, 8, 12]) await run.saveCheckpoint(at(step));
    expect(await run.newest()).toEqual({ checkpoint: at(12) });
    // A bit of a weight, which no header shows.
    flip(run.path('checkpoint'), 40);
    expect((await run.newest())!.checkpoint).toEqual(at(8));
    expect((await run.newest())!.notice).toMatch(
      /^checkpoint\.safetensors in .* its checksum does not match: the file is damaged; gone on from the one before, of step 8$/,
    );
    // Going on does not put the damaged one in the place of the good one.
    expect(await run.checkpoint()).toEqual(at(8));
    await run.saveCheckpoint(at(16));
    expect(await run.newest()).toEqual({ checkpoint: at(16) });
    rmSync(run.path('checkpoint'));
    expect(await run.newest()).toEqual({ checkpoint: at(8) });
    flip(run.path('previous'), 40);
    await expect(run.newest()).rejects.toThrow(/checkpoint\.previous\.safetensors in .* cannot be used/);
  });

  it('of the first version are read, of a newer one refused', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await run.saveCheckpoint(checkpoint);
    const { tensors, metadata } = readSafetensors(readFileSync(run.path('checkpoint')));
    const write = (espalier: string) =>
      writeFileSync(run.path('checkpoint'), writeSafetensors(tensors, { espalier, run: metadata['run']! }));
    write('1');
    expect(await run.checkpoint()).toEqual(checkpoint);
    write('3');
    await expect(run.checkpoint()).rejects.toThrow(/version 3, this Espalier reads up to version 2: update/);
  });

  it('are kept as the best ones when they are sparser, or as sparse and better', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    expect(await run.best()).toBeUndefined();
    const offer = (step: number, value: number, density: number) =>
      run.offerBest({ step, metric: 'accuracy', value, density }, () => Promise.resolve(at(step)));
    await offer(1, 0.99, 1);
    await offer(2, 0.7, 0.5);
    await offer(3, 0.8, 0.5);
    await offer(4, 0.75, 0.5);
    await offer(5, 0.8, 0.5);
    await offer(6, Number.NaN, 0.4);
    expect(await run.best()).toEqual(at(3));
    expect((await new RunFolder(run.folder).record()).best).toEqual({
      ...{ step: 3, metric: 'accuracy', value: 0.8, density: 0.5 },
    });
    expect((await run.sparseModel('best')).weights).toEqual(checkpoint.weights);
  });
});

describe('a lock of another machine', () => {
  const elsewhere = JSON.stringify({ pid: process.pid, host: 'another-machine' });

  it('holds while it is touched, and is taken over when nobody does', { timeout: 60_000 }, async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await run.release();
    writeFileSync(run.path('lock'), elsewhere);
    const beat = setInterval(() => {
      const now = new Date();
      // A machine whose clock is an hour behind.
      utimesSync(run.path('lock'), now, new Date(now.getTime() - 3_600_000));
    }, 500);
    await expect(RunWriter.claim(run.folder)).rejects.toThrow(
      `is being trained by process ${process.pid} on another-machine`,
    );
    clearInterval(beat);
    await (await RunWriter.claim(run.folder)).release();
  });
});

describe('a record', () => {
  it('of the first version is read as one of today', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    const { hashes: _, ...old } = { ...(await run.record()), version: 1 };
    writeFileSync(run.path('record'), JSON.stringify({ ...old, status: 'stopped' }));
    expect(await new RunFolder(run.folder).record()).toMatchObject({
      version: 2,
      status: 'stopped',
      step: 0,
    });
  });
});

describe('metrics', () => {
  it('skip a last line that was cut off, and go on after a rewind', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    for (const step of [1, 2, 3]) await run.appendMetrics(point(step));
    appendFileSync(run.path('metrics'), '{"step":4,"pha');
    expect((await run.metrics()).map(({ step }) => step)).toEqual([1, 2, 3]);
    expect((await run.metrics(2)).map(({ step }) => step)).toEqual([3]);
    await run.rewindMetrics(2);
    await run.appendMetrics(point(9));
    expect((await run.metrics()).map(({ step }) => step)).toEqual([1, 2, 9]);
    expect(run.metricLines).toBe(3);
    await run.rewindMetrics(0);
    expect(await run.metrics()).toEqual([]);
  });
});

describe('a damaged run', () => {
  it('says which file and what, in one line', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await run.saveCheckpoint(checkpoint);
    await run.saveMasks(checkpoint.masks);
    truncateSync(run.path('checkpoint'), 100);
    await expect(run.checkpoint()).rejects.toThrow(
      /^checkpoint\.safetensors in .* cannot be used: safetensors.*delete it to begin again at step 0$/,
    );
    truncateSync(run.path('masks'), readFileSync(run.path('masks')).length - 1);
    await expect(run.masks()).rejects.toThrow(/the mask of a\.weight is cut off/);
    writeFileSync(run.path('masks'), 'ESPM\u0002\0\0\0\0\0\0\0');
    await expect(run.masks()).rejects.toThrow(/version 2, this Espalier reads version 1/);
    writeFileSync(run.path('record'), '{"version":1,');
    await expect(RunFolder.open(run.folder)).rejects.toThrow(/run\.json in .* is damaged: it holds no JSON/);
    writeFileSync(run.path('record'), '{"version":3}');
    await expect(RunFolder.open(run.folder)).rejects.toThrow(/is of version 3.*update Espalier/);
    await expect(RunFolder.open(tempFolder())).rejects.toThrow(/holds no run: it has no run\.json/);
  });

  it('says what is not there yet', async () => {
    const run = await RunWriter.create(tempFolder(), newRun);
    await expect(run.denseModel()).rejects.toThrow(/has not begun to prune/);
    await expect(run.sparseModel()).rejects.toThrow(/has no checkpoint yet/);
    expect(await run.checkpoint()).toBeUndefined();
    expect((await run.masks()).size).toBe(0);
  });

  it('does not hide the others in a list, newest first', async () => {
    const folder = tempFolder();
    const old = await RunWriter.create(folder, newRun, new Date(2026, 0, 1));
    const young = await RunWriter.create(folder, newRun, new Date(2026, 5, 1));
    const broken = await RunWriter.create(folder, newRun, new Date(2026, 6, 1));
    writeFileSync(broken.path('record'), 'no');
    expect((await listRuns(folder)).map((run) => run.folder)).toEqual([young.folder, old.folder]);
    expect(await listRuns(path.join(folder, 'none'))).toEqual([]);
  });
});
