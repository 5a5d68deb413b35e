// The training host over its own stdio: runs that finish, stop, wait, are killed, and are refused in one line.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StartRun } from '../../core/protocol/training-host';
import type { RunRecord } from '../../core/runs/run-record';
import { RunFolder } from '../../training/runs/run-folder';
import { tempFolder, tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

type Changes = Parameters<typeof tinyRecipe>[1];

function start(folder: string, changes: Changes = {}, method = 'nm-magnitude'): StartRun {
  return {
    recipe: tinyRecipe(method, {
      ...(method === 'nm-magnitude' ? { options: { maskEvery: 2 } } : {}),
      ...changes,
    }),
    graph: tinyNet(),
    baseFolder: folder,
    runsFolder: path.join(folder, 'runs'),
  };
}

/** Long enough that nobody is too late to stop it. */
const long: Changes = { training: { epochs: 400, checkpointEvery: 10 } };

async function begin(host: HostClient, params: StartRun): Promise<{ folder: string; record: RunRecord }> {
  const record = await host.ask('runs/start', params);
  return { folder: path.join(params.runsFolder, record.id), record };
}

describe('the training host', () => {
  it('trains a recipe to its end, and tells how it goes', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const devices = await host.ask('host/devices', {});
    expect(devices.find(({ id }) => id === 'wasm')).toMatchObject({ available: true, kind: 'cpu' });
    for (const { available, detail } of devices) if (!available) expect(detail).not.toBe('');
    const run = await begin(host, start(folder));
    expect(run.record).toMatchObject({ status: 'running', step: 0, totalSteps: 32, baseFolder: folder });
    const record = await host.ended(run.folder);
    expect(record).toMatchObject({ status: 'finished', step: 32, result: { sparsity: 0.5 } });
    expect(record.pid).toBeUndefined();
    const phases = new Set(host.progress.map(({ phase }) => phase));
    expect([...phases]).toEqual(['dense', 'ramp', 'heal']);
    const metrics = await host.ask('runs/metrics', { folder: run.folder, from: 0 });
    expect(metrics.at(-1)).toMatchObject({ step: 32, testAccuracy: record.result!.accuracy, density: 0.5 });
    expect(await host.ask('runs/metrics', { folder: run.folder, from: metrics.length - 1 })).toHaveLength(1);
    expect(await host.ask('runs/list', { runsFolder: path.join(folder, 'runs') })).toEqual([
      { folder: run.folder, record },
    ]);
    const layers = await host.ask('masks/layers', { folder: run.folder });
    expect(layers.map(({ density }) => density)).toEqual([1, 0.5, 0.5, 0.5]);
    const names = readdirSync(run.folder).sort();
    expect(names.filter((name) => !name.startsWith('events.out.tfevents.'))).toEqual([
      'best.safetensors',
      'checkpoint.previous.safetensors',
      'checkpoint.safetensors',
      'dense.safetensors',
      'graph.json',
      'masks.bin',
      'metrics.jsonl',
      'run.json',
    ]);
    expect(names).toHaveLength(9);
    expect(await host.refusal('runs/resume', { folder: run.folder })).toContain(
      'has finished; begin a new one',
    );
  });

  it('fits a recipe to how much data there is, and refuses data that is not there', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const { recipe, graph, baseFolder } = start(folder, { data: { kind: 'digits', train: 80, test: 20 } });
    const fitted = await host.ask('recipes/fit', { recipe, graph, baseFolder });
    expect(fitted).toMatchObject({ data: recipe.data, training: { batch: 8, epochs: 40 } });
    const missing = { ...recipe, data: { kind: 'images', folder: 'nowhere' } } as typeof recipe;
    expect(await host.refusal('recipes/fit', { recipe: missing, graph, baseFolder })).toContain('nowhere');
  });

  it('stops within a step, answers while it trains, and goes on where it stopped', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const { folder: run } = await begin(host, start(folder, long));
    await host.steps(run, 40);
    const asked = performance.now();
    await host.ask('masks/layers', { folder: run });
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(await host.refusal('runs/resume', { folder: run })).toContain('is running already');
    const stopped = await host.ask('runs/stop', { folder: run });
    expect(stopped.status).toBe('stopped');
    expect(stopped.step).toBeGreaterThanOrEqual(40);
    expect((await new RunFolder(run).checkpoint())!.step).toBe(stopped.step);
    expect(await host.ask('runs/stop', { folder: run })).toEqual(stopped);
    const resumed = await host.ask('runs/resume', { folder: run });
    expect(resumed).toMatchObject({ status: 'running', step: stopped.step });
    await host.steps(run, stopped.step + 20);
    expect((await host.ask('runs/stop', { folder: run })).step).toBeGreaterThan(stopped.step);
  });

  it('trains one run at a time; the next waits and may be stopped while it does', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const first = await begin(host, start(folder, { training: { epochs: 30 } }));
    const second = await begin(host, start(folder, {}, 'network-slimming'));
    const third = await begin(host, start(folder));
    expect(new Set([first.folder, second.folder, third.folder]).size).toBe(3);
    const unstarted = await host.ask('runs/stop', { folder: third.folder });
    expect(unstarted).toMatchObject({ status: 'stopped', step: 0 });
    expect((await new RunFolder(first.folder).record()).status).toBe('running');
    expect((await host.ended(first.folder)).status).toBe('finished');
    expect((await host.ended(second.folder)).status).toBe('finished');
    expect(host.progress.some(({ folder: of, phase }) => of === second.folder && /waiting/.test(phase))).toBe(
      true,
    );
    const order = host.progress.filter(({ step }) => step > 0).map((told) => told.folder);
    expect(order.lastIndexOf(first.folder)).toBeLessThan(order.indexOf(second.folder));
  });

  it('leaves a run that can be resumed when it is killed', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const { folder: run } = await begin(
      host,
      start(folder, { training: { epochs: 20, checkpointEvery: 10 } }),
    );
    await host.steps(run, 101);
    host.process.kill('SIGKILL');
    await host.exit();
    expect((await new RunFolder(run).record()).status).toBe('interrupted');
    const saved = (await new RunFolder(run).checkpoint())!.step;
    expect(saved).toBeGreaterThanOrEqual(100);
    const next = new HostClient();
    expect((await next.ask('runs/list', { runsFolder: path.dirname(run) }))[0]!.record.status).toBe(
      'interrupted',
    );
    await next.ask('runs/resume', { folder: run });
    const record = await next.ended(run);
    expect(record).toMatchObject({ status: 'finished', step: 320, result: { sparsity: 0.5 } });
    const steps = (await next.ask('runs/metrics', { folder: run, from: 0 })).map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(readdirSync(run).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not go on with other data than it was begun with', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const { folder: run } = await begin(host, start(folder, long));
    await host.steps(run, 5);
    await host.ask('runs/stop', { folder: run });
    const file = path.join(run, 'run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"train": 256', '"train": 128'));
    expect(await host.refusal('runs/resume', { folder: run })).toBe(
      'the data of the run has changed: drawn digits (128 + 100) makes 3200 steps, it was begun with 6400; begin a new run',
    );
    expect((await new RunFolder(run).record()).status).toBe('stopped');
  });

  it('checkpoints and ends when its parent closes the pipe', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const { folder: run } = await begin(host, start(folder, long));
    await host.steps(run, 30);
    host.process.stdin.end();
    expect(await host.exit()).toBe(0);
    const record = await new RunFolder(run).record();
    expect(record.status).toBe('stopped');
    expect((await new RunFolder(run).checkpoint())!.step).toBe(record.step);
    expect(existsSync(path.join(run, 'lock.json'))).toBe(false);
  });

  it('does not touch a run that another host trains', async () => {
    const [host, other, folder] = [new HostClient(), new HostClient(), tempFolder()];
    const { folder: run } = await begin(host, start(folder, long));
    await host.steps(run, 5);
    const who = `process ${host.process.pid}`;
    expect(await other.refusal('runs/resume', { folder: run })).toContain(`is being trained by ${who}`);
    expect(await other.refusal('runs/stop', { folder: run })).toContain(`is trained by ${who}`);
    // Looking is allowed.
    expect((await other.ask('masks/layers', { folder: run })).length).toBe(4);
    expect((await other.ask('runs/list', { runsFolder: path.dirname(run) }))[0]!.record.status).toBe(
      'running',
    );
    expect((await host.ask('runs/stop', { folder: run })).status).toBe('stopped');
  });

  it('fails a run whose loss runs away, in one line, and lives on', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const wild = { epochs: 40, optimizer: 'sgd', learningRate: 10, checkpointEvery: 1 } as const;
    const params = start(folder, { training: wild });
    // Weights that are large but numbers: the first products overflow.
    const graph = structuredClone(params.graph);
    const weight = graph.params['head.weight']!;
    Object.assign(weight, { init: { kind: 'constant', value: 3e38 } });
    const { folder: run } = await begin(host, { ...params, graph });
    const record = await host.ended(run);
    expect(record.status).toBe('failed');
    expect(record.error).toMatch(
      /^the loss is no longer a number at step 0 .*: lower training\.learningRate; /,
    );
    expect((await host.ask('host/devices', {})).length).toBeGreaterThan(0);
  });
});

describe('what cannot be run is refused in one line and leaves no folder', () => {
  const cases: [string, (folder: string) => Partial<StartRun>, RegExp][] = [
    [
      'a sparsity of 1.7',
      (folder) => start(folder, { sparsity: 1.7 }),
      /^the recipe cannot be run: sparsity 1\.7 is not 0\.5/,
    ],
    [
      'data that is not there',
      (folder) => start(folder, { data: { kind: 'idx', folder: 'nothing', test: 10 } }),
      /^the data folder .*nothing cannot be read: it does not exist$/,
    ],
    [
      'data that is truncated',
      (folder) => {
        writeFileSync(path.join(folder, 't10k-images-idx3-ubyte'), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 9));
        writeFileSync(path.join(folder, 't10k-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0));
        return start(folder, { data: { kind: 'idx', folder: '.', test: 10 } });
      },
      /t10k-images-idx3-ubyte is no usable IDX file: it has 8 bytes, its header alone needs 16$/,
    ],
    [
      'a device that does not exist here',
      (folder) => start(folder, { device: 'cuda' }),
      /cannot be used: |^CUDA/,
    ],
    [
      'weights that are not there',
      (folder) => start(folder, { model: { file: 'tiny.py', name: 'tiny', weights: 'none.safetensors' } }),
      /^the weights cannot be read from .*none\.safetensors: the file does not exist$/,
    ],
    [
      'more FLOPs than can be removed',
      (folder) => start(folder, { sparsity: 0.95, options: { roundTo: 8 } }, 'network-slimming'),
      /^at most 0 % of the FLOPs of tiny can be removed with widths of at least 8/,
    ],
    [
      'a model for other images',
      (folder) => {
        const params = start(folder);
        const graph = structuredClone(params.graph);
        Object.assign(graph.values[graph.inputs[0]!]!, { shape: [{ batch: 1 }, 3, 32, 32] });
        return { ...params, graph };
      },
      /^tiny takes 32×32×3, but drawn digits \(256 \+ 100\) are 28×28×1$/,
    ],
    [
      'a recipe that is none',
      (folder) => ({ ...start(folder), recipe: null as never }),
      /^the recipe cannot be run: a recipe has keys such as/,
    ],
  ];

  it.each(cases)('%s', async (_, params, message) => {
    const [host, folder] = [new HostClient(), tempFolder()];
    const refusal = await host.refusal('runs/start', params(folder) as StartRun);
    expect(refusal).toMatch(message);
    expect(refusal).not.toContain('\n');
    expect(existsSync(path.join(folder, 'runs'))).toBe(false);
  });

  it('a folder that holds no run', async () => {
    const [host, folder] = [new HostClient(), tempFolder()];
    for (const method of ['runs/resume', 'runs/stop', 'masks/layers'] as const)
      expect(await host.refusal(method, { folder })).toBe(`${folder} holds no run: it has no run.json`);
    writeFileSync(path.join(folder, 'run.json'), '{"version":9}');
    expect(await host.refusal('runs/metrics', { folder, from: 0 })).toContain('update Espalier');
    expect(readFileSync(path.join(folder, 'run.json'), 'utf8')).toBe('{"version":9}');
  });
});
