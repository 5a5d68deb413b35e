// The extension's supervision against real processes: the training host itself, and one that will not end.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NodeChild } from '../../extension/processes/node-child';
import { TrainingHost } from '../../extension/training-host/training-host';
import { RunFolder } from '../../training/runs/run-folder';
import { tinyNet, tinyRecipe } from '../unit/training/tiny';

const bundle = path.resolve(import.meta.dirname, '../../dist/training-host.cjs');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'espalier-processes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const goneWithin = (pid: number, timeout: number) =>
  expect.poll(() => isAlive(pid), { timeout, interval: 50 }).toBe(false);

describe('the training host', () => {
  const crashes: string[] = [];
  let host: TrainingHost;
  const start = () => {
    host = new TrainingHost({
      bundle,
      onLine: () => undefined,
      onCrash: ({ reason }) => crashes.push(reason),
    });
    return host;
  };
  afterEach(async () => {
    await host.kill();
    crashes.length = 0;
  });

  it('starts with the first request, answers, and ends when asked to', async () => {
    start();
    expect(await host.pid()).toBeUndefined();
    expect(await host.ask('runs/list', { runsFolder: folder })).toEqual([]);
    const pid = (await host.pid())!;
    await host.stop();
    await goneWithin(pid, 1000);
    expect(crashes).toEqual([]);
  });

  it('that is killed rejects what it was asked, is told once, and starts again with the next request', async () => {
    start();
    await host.ask('runs/list', { runsFolder: folder });
    const pid = (await host.pid())!;
    const devices = host.ask('host/devices', {});
    process.kill(pid, 'SIGKILL');
    await expect(devices).rejects.toThrow('the training host was killed');
    expect(await host.ask('runs/list', { runsFolder: folder })).toEqual([]);
    expect(await host.pid()).not.toBe(pid);
    expect(crashes).toEqual([expect.stringContaining('SIGKILL')]);
  });

  it('that native code ends in the middle of a run says so; the run goes on from its checkpoint', async () => {
    const steps: number[] = [];
    start().on('run/progress', ({ step }) => steps.push(step));
    const reached = (step: number) =>
      expect.poll(() => steps.at(-1) ?? 0, { timeout: 30_000, interval: 10 }).toBeGreaterThan(step);
    const { id } = await host.ask('runs/start', {
      recipe: tinyRecipe('nm-magnitude', { training: { epochs: 20, checkpointEvery: 10 } }),
      ...{ graph: tinyNet(), baseFolder: folder, runsFolder: folder },
    });
    await reached(40);
    // What a library does that gives up.
    process.kill((await host.pid())!, 'SIGABRT');
    await expect.poll(() => crashes).toEqual(['the training host crashed in native code (SIGABRT)']);
    const run = await RunFolder.open(path.join(folder, id));
    expect((await run.record()).status).toBe('interrupted');
    const { step: saved } = (await run.checkpoint())!;
    expect(saved).toBeGreaterThanOrEqual(40);
    steps.length = 0;
    await host.ask('runs/resume', { folder: run.folder });
    await reached(saved + 10);
    expect(steps[0]).toBeLessThan(saved + 10);
    expect((await host.ask('runs/stop', { folder: run.folder })).status).toBe('stopped');
  });

  it('passes on what the host refuses as one line', async () => {
    start();
    await expect(host.ask('masks/layers', { folder: path.join(folder, 'nowhere') })).rejects.toThrow(
      /^(?!Request)[^\n]*nowhere[^\n]*$/,
    );
  });

  it('does not start again once the window is closing', async () => {
    start();
    await host.ask('runs/list', { runsFolder: folder });
    await host.close();
    await expect(host.ask('runs/list', { runsFolder: folder })).rejects.toThrow('closing');
    expect(crashes).toEqual([]);
  });

  it('that is missing is explained', async () => {
    host = new TrainingHost({
      bundle: '/nowhere/host.cjs',
      onLine: () => undefined,
      onCrash: () => undefined,
    });
    await expect(host.ask('host/devices', {})).rejects.toThrow("Cannot find module '/nowhere/host.cjs'");
  });

  it('does not outlive an editor that is killed', async () => {
    // Not through NodeChild: the editor's end of the pipe must die without a word.
    const parent = await script(
      'parent.cjs',
      `const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(bundle)}],
         { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
       require('node:fs').writeFileSync(process.argv[2], String(child.pid));
       setInterval(() => {}, 1000);`,
    );
    const note = path.join(folder, 'pid');
    const editor = spawn(process.execPath, [parent, note], { stdio: 'ignore' });
    const read = () => readFile(note, 'utf8').then(Number, () => 0);
    await expect.poll(read, { timeout: 10_000 }).toBeGreaterThan(0);
    const pid = await read();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(isAlive(pid)).toBe(true);
    editor.kill('SIGKILL');
    await goneWithin(pid, 10_000);
  });
});

describe('a process that will not end', () => {
  it('is killed after its deadline, with what it started', async () => {
    const note = path.join(folder, 'grandchild');
    const stubborn = await script(
      'stubborn.cjs',
      `const { spawn } = require('node:child_process');
       for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       require('node:fs').writeFileSync(${JSON.stringify(note)}, String(child.pid));
       setInterval(() => {}, 1000);`,
    );
    const child = new NodeChild({ bundle: stubborn, title: 'stubborn' });
    const read = () => readFile(note, 'utf8').then(Number, () => 0);
    await expect.poll(read, { timeout: 10_000 }).toBeGreaterThan(0);
    const begin = Date.now();
    await child.stop(500);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(450);
    expect(child.alive).toBe(false);
    expect((await child.ended).expected).toBe(true);
    await goneWithin(await read(), 2000);
  });

  it('and one that leaks meets its heap cap, and says so', async () => {
    const leak = await script(
      'leak.cjs',
      'const all = []; for (;;) all.push(new Array(1000).fill(all.length));',
    );
    const child = new NodeChild({ bundle: leak, title: 'leaky process', heapCap: 32 });
    expect(await child.ended).toEqual({ expected: false, reason: 'the leaky process ran out of memory' });
  });
});

async function script(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}
