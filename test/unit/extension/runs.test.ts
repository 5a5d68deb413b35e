// Runs as the extension reads, follows and describes them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunProgress, TrainingHostNotifications } from '../../../core/protocol/training-host';
import { defaultRecipe } from '../../../core/recipe/defaults';
import type { RunRecord } from '../../../core/runs/run-record';
import { LiveRuns } from '../../../extension/runs/live-runs';
import { readRun, readRuns } from '../../../extension/runs/read-runs';
import { canResume, isRunOf, runTitle } from '../../../extension/runs/run';
import { type Known, progressLine, remember, resultLine, statusLine } from '../../../extension/runs/words';

const record = (changes: Partial<RunRecord> = {}): RunRecord => ({
  version: 2,
  id: 'r1',
  recipe: defaultRecipe('nm-magnitude', { file: 'convnet.py', name: 'convnet' }),
  recipeFile: '/w/models/convnet.nm-magnitude.espalier.yaml',
  status: 'running',
  device: { id: 'wasm', name: 'WASM' },
  created: '2026-01-01T10:00:00.000Z',
  updated: '2026-01-01T10:00:00.000Z',
  step: 10,
  totalSteps: 100,
  ...changes,
});
const result = {
  denseAccuracy: 0.981,
  accuracy: 0.979,
  sparsity: 0.5,
  params: { dense: 1000, sparse: 500 },
  flops: { dense: 2_000_000, sparse: 1_000_000 },
  seconds: 60,
};

describe('the progress line', () => {
  const progress = (point: Partial<RunProgress['point']>): RunProgress => ({
    folder: '/r',
    step: 420,
    totalSteps: 1000,
    phase: 'ramp',
    etaSeconds: 42,
    point: { step: 420, phase: 'ramp', density: 0.62, seconds: 30, ...point },
  });

  it('says step, loss, accuracy, sparsity and the time left', () => {
    expect(progressLine(progress({}), { loss: 0.0801, metrics: { accuracy: 0.9791 } })).toBe(
      'step 420/1000 · loss 0.080 · acc 97.9 % · sparsity 38 % · 42 s left',
    );
  });

  it('remembers what is not measured at every step, and is silent on what never was', () => {
    const known = remember(remember({}, progress({ testAccuracy: 0.9 }).point), progress({ loss: 1 }).point);
    expect(known).toEqual({ metrics: { accuracy: 0.9 }, loss: 1 });
    expect(progressLine(progress({}), {})).toBe('step 420/1000 · sparsity 38 % · 42 s left');
  });

  it('says how good a run is by the metric of its task, once that was measured', () => {
    const [words, image] = [
      { perplexity: 12.34, accuracy: 0.3 },
      { mAP50: 0.5, 'mAP50-95': 0.25 },
    ];
    const said = (known: Known) => progressLine(progress({}), known).split(' · ')[1];
    expect(said({ trainAccuracy: 0.3 })).toBe('acc 30.0 %');
    expect(said({ trainAccuracy: 0.3, metrics: words })).toBe('perplexity 12.3');
    expect(said({ metrics: image })).toBe('mAP50-95 25.0 %');
    expect(said({ trainAccuracy: 0.3, metrics: { accuracy: 0.2 } })).toBe('acc 20.0 %');
  });
});

describe('words about a run', () => {
  it('give accuracy before and after', () => {
    expect(resultLine(record({ status: 'finished', result }))).toBe(
      'convnet · 2:4 magnitude: accuracy 98.1 % → 97.9 %, 50 % sparse, 2.00 MFLOPs → 1.00 MFLOPs',
    );
  });

  it('say how it is', () => {
    expect(statusLine(record())).toBe('running · step 10/100');
    expect(statusLine(record({ status: 'interrupted' }))).toBe('interrupted at step 10/100');
    expect(statusLine(record({ status: 'failed', error: 'disk full' }))).toBe('failed: disk full');
  });

  it('survive a method that this version does not know', () => {
    const unknown = record();
    expect(runTitle({ ...unknown, recipe: { ...unknown.recipe, method: 'future' } })).toBe(
      'convnet · future',
    );
  });
});

describe('a run belongs to a model', () => {
  it('by its file and name', () => {
    const run = { folder: '/r', record: record() };
    expect(isRunOf(run, '/w/models/convnet.py', 'convnet')).toBe(true);
    expect(isRunOf(run, '/w/models/convnet.py', 'other')).toBe(false);
    expect(isRunOf(run, '/w/elsewhere/convnet.py', 'convnet')).toBe(false);
  });

  it('and can be resumed unless it runs or is done', () => {
    const can = (status: RunRecord['status']) => canResume({ folder: '/r', record: record({ status }) });
    expect(['running', 'finished'].map((status) => can(status as RunRecord['status']))).toEqual([
      false,
      false,
    ]);
    expect(['stopped', 'interrupted', 'failed'].map((s) => can(s as RunRecord['status']))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('run folders', () => {
  let folder: string;
  const write = async (name: string, text: string) => {
    await mkdir(path.join(folder, name), { recursive: true });
    await writeFile(path.join(folder, name, 'run.json'), text);
  };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'espalier-runs-'));
    await write(
      'old',
      JSON.stringify(record({ id: 'old', status: 'finished', created: '2025-01-01T00:00:00Z' })),
    );
    await write('new', JSON.stringify(record({ id: 'new', status: 'finished' })));
    await write('half', JSON.stringify(record()).slice(0, 80));
    await write('odd', JSON.stringify({ version: 1, id: 'odd', status: 'dancing' }));
    await write('dead', JSON.stringify(record({ id: 'dead', pid: 2 ** 30 })));
    await mkdir(path.join(folder, 'empty'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are listed newest first, without what cannot be read', async () => {
    const runs = await readRuns(folder);
    expect(runs.map((run) => run.record.id).filter((id) => id !== 'dead')).toEqual(['new', 'old']);
  });

  it('whose process is gone are interrupted', async () => {
    expect((await readRun(path.join(folder, 'dead')))?.record.status).toBe('interrupted');
  });

  it('that do not exist are no error', async () => {
    expect(await readRuns(path.join(folder, 'nowhere'))).toEqual([]);
    expect(await readRun(path.join(folder, 'nowhere'))).toBeUndefined();
  });
});

describe('live runs', () => {
  /** The notifications of a host, sent by hand. */
  function host() {
    const listeners = new Map<string, (params: never) => void>();
    return {
      on: <K extends keyof TrainingHostNotifications>(method: K, listener: (params: never) => void) => {
        listeners.set(method, listener);
        return () => void listeners.delete(method);
      },
      send: (method: keyof TrainingHostNotifications, params: unknown) =>
        listeners.get(method)?.(params as never),
    };
  }

  it('end with the record that the host sends', async () => {
    const fake = host();
    const live = new LiveRuns(fake);
    const run = live.begin('/r', record());
    fake.send('run/ended', { folder: '/r', record: record({ status: 'finished' }) });
    expect((await run.ended).status).toBe('finished');
    expect(live.all).toEqual([]);
  });

  it('end even when the host was quicker than its own answer', async () => {
    const fake = host();
    const live = new LiveRuns(fake);
    fake.send('run/ended', { folder: '/r', record: record({ status: 'failed' }) });
    expect((await live.begin('/r', record()).ended).status).toBe('failed');
    expect(live.all).toEqual([]);
  });

  it('can be resumed after they ended', async () => {
    const fake = host();
    const live = new LiveRuns(fake);
    const first = live.begin('/r', record());
    fake.send('run/ended', { folder: '/r', record: record({ status: 'stopped' }) });
    await first.ended;
    const second = live.begin('/r', record());
    expect(live.all).toEqual([second]);
    fake.send('run/ended', { folder: '/r', record: record({ status: 'finished' }) });
    expect((await second.ended).status).toBe('finished');
  });

  it('are all lost with their host', async () => {
    const live = new LiveRuns(host());
    const run = live.begin('/r', record());
    expect(live.lost('it was killed').map(({ folder }) => folder)).toEqual(['/r']);
    await expect(run.ended).rejects.toThrow('it was killed');
    expect(live.all).toEqual([]);
  });
});
