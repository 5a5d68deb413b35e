// Where runs stand while they train: by their host, by the end of a file that grows, and no more often than people read.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrainingHostNotifications } from '../../../core/protocol/training-host';
import { defaultRecipe } from '../../../core/recipe/defaults';
import type { MetricPoint, RunRecord } from '../../../core/runs/run-record';
import { LiveRuns } from '../../../extension/runs/live-runs';
import { readStanding } from '../../../extension/runs/read-standing';
import { Standings } from '../../../extension/runs/standings';
import { treeLine } from '../../../extension/runs/words';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function runFolder(...lines: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-standing-'));
  folders.push(folder);
  writeFileSync(path.join(folder, 'metrics.jsonl'), lines.join(''));
  return folder;
}

const point = (step: number, more: Partial<MetricPoint> = {}): MetricPoint => ({
  ...{ step, phase: 'ramp', density: 0.8, seconds: step },
  ...more,
});
const line = (step: number, more?: Partial<MetricPoint>) => `${JSON.stringify(point(step, more))}\n`;
const add = (folder: string, text: string) => appendFileSync(path.join(folder, 'metrics.jsonl'), text);

const record = (change: Partial<RunRecord> = {}): RunRecord => ({
  ...{ version: 2, id: 'r', status: 'running', device: { id: 'wasm', name: 'WASM' } },
  ...{ created: '2026-10-14T09:30:00Z', updated: '2026-10-14T09:30:00Z', step: 0, totalSteps: 1000 },
  recipe: defaultRecipe('nm-magnitude', { file: 'gpt.py', name: 'gpt' }),
  ...change,
});

/** A host whose words are sent by hand, and what is heard of them. */
function set() {
  const said = new Map<string, (params: never) => void>();
  const live = new LiveRuns({
    on: <K extends keyof TrainingHostNotifications>(method: K, listener: (params: never) => void) => {
      said.set(method, listener);
      return () => void said.delete(method);
    },
  });
  const standings = new Standings(live);
  const told: string[] = [];
  standings.onDidChange((folder) => told.push(folder));
  const progress = (folder: string, step: number, more?: Partial<MetricPoint>) =>
    said.get('run/progress')?.({
      ...{ folder, step, totalSteps: 1000, phase: 'ramp', etaSeconds: 9 },
      point: point(step, more),
    } as never);
  const ended = (folder: string) =>
    said.get('run/ended')?.({ folder, record: record({ status: 'stopped' }) } as never);
  return { live, standings, told, progress, ended };
}

describe('the end of a metrics file', () => {
  it('says the last step and the last value of all that was measured', async () => {
    const folder = runFolder(
      line(1, { loss: 3, trainAccuracy: 0.1 }),
      line(8, { metrics: { perplexity: 12 } }),
      line(9, { loss: 2 }),
      // Being written.
      '{"step":10,"pha',
    );
    expect(await readStanding(folder)).toEqual({
      ...{ step: 9, density: 0.8 },
      known: { loss: 2, trainAccuracy: 0.1, metrics: { perplexity: 12 } },
    });
  });

  it('is all that is read of a long one, and damaged lines are passed over', async () => {
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`layers.${i}.attention`, 0.5]));
    const lines = Array.from({ length: 400 }, (_, i) => line(i, { loss: i, layerDensity: wide }));
    const folder = runFolder(...lines, 'x\n', '{"step":"no"}\n', line(400));
    expect(await readStanding(folder)).toMatchObject({ step: 400, known: { loss: 399 } });
  });

  it('is nothing where no point is, or no file', async () => {
    expect(await readStanding(runFolder())).toBeUndefined();
    expect(await readStanding('/nowhere')).toBeUndefined();
  });
});

describe('where runs stand', () => {
  it('is read once of a run that another process trains, and again when its file was written to', async () => {
    const { standings, told } = set();
    const folder = runFolder(line(10, { trainAccuracy: 0.5 }));
    await standings.look(folder);
    expect(standings.get(folder)?.step).toBe(10);
    add(folder, line(20));
    await standings.look(folder);
    expect(standings.get(folder)?.step).toBe(10);
    for (let i = 0; i < 50; i++) standings.changed(folder);
    await expect.poll(() => standings.get(folder)?.step, { timeout: 5000 }).toBe(20);
    // Fifty writes, one change.
    expect(told).toEqual([folder]);
    standings.dispose();
  });

  it('is what the host tells of a run of this window, with what its file knows from before', async () => {
    const { live, standings, told, progress, ended } = set();
    const folder = runFolder(line(10, { metrics: { perplexity: 7 } }));
    await standings.look(folder);
    live.begin(folder, record());
    progress(folder, 42, { loss: 1.5, density: 0.6 });
    expect(standings.get(folder)).toEqual({
      ...{ step: 42, density: 0.6 },
      known: { loss: 1.5, metrics: { perplexity: 7 } },
    });
    for (let step = 43; step < 90; step++) progress(folder, step);
    await expect.poll(() => told.length, { timeout: 5000 }).toBe(1);
    add(folder, line(99));
    ended(folder);
    await expect.poll(() => standings.get(folder)?.step, { timeout: 5000 }).toBe(99);
    standings.dispose();
  });
});

describe('the row of a run', () => {
  it('has its live step, metric and density while it runs, and its best where it does not', () => {
    const standing = { step: 420, density: 0.62, known: { loss: 1.5, metrics: { perplexity: 12.34 } } };
    const best = { step: 400, metric: 'perplexity', value: 12.5, density: 0.7 };
    expect(treeLine(record({ best }), standing)).toMatch(
      /^running · step 420\/1000 · perplexity 12\.3 · density 0\.62 · 2:4 magnitude · digits/,
    );
    expect(treeLine(record(), { ...standing, known: { loss: 1.5 } })).toContain('step 420/1000 · loss 1.5 ·');
    expect(treeLine(record({ status: 'stopped', step: 410, best }), standing)).toMatch(
      /^stopped at step 410\/1000 · perplexity 12\.5, density 0\.70 ·/,
    );
    expect(treeLine(record())).toMatch(/^running · step 0\/1000 · 2:4/);
  });
});
