// Two training hosts, as two windows have: they take turns on a device, and neither touches what the other writes.
import path from 'node:path';
import { expect, it } from 'vitest';
import type { StartRun } from '../../core/protocol/training-host';
import { wouldDiffer } from '../../core/protocol/training-host';
import { readFileSync, writeFileSync } from 'node:fs';
import { RunFolder } from '../../training/runs/run-folder';
import { tempFolder, tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

const start = (folder: string, epochs: number): StartRun => ({
  recipe: tinyRecipe('nm-magnitude', { training: { epochs, checkpointEvery: 10 } }),
  graph: tinyNet(),
  baseFolder: folder,
  runsFolder: path.join(folder, 'runs'),
});

async function begin(host: HostClient, params: StartRun): Promise<string> {
  return path.join(params.runsFolder, (await host.ask('runs/start', params)).id);
}

it('takes turns on the device, first come first served, and says whom it waits for', async () => {
  const [one, two, folder] = [new HostClient(), new HostClient(), tempFolder()];
  const first = await begin(one, start(folder, 400));
  await one.steps(first, 5);
  const second = await begin(two, start(folder, 2));
  const waits = () => two.progress.find((told) => told.folder === second)?.phase;
  await expect.poll(waits, { timeout: 10_000 }).toBe(`waiting for the device: run ${path.basename(first)}`);
  // Other windows read it from the record.
  await expect.poll(async () => (await new RunFolder(second).record()).waitingFor).toBe(path.basename(first));
  const third = await begin(one, start(folder, 2));
  await one.ask('runs/stop', { folder: first });
  const ended = await two.ended(second);
  expect(ended).toMatchObject({ status: 'finished' });
  expect(ended.waitingFor).toBeUndefined();
  expect((await one.ended(third)).status).toBe('finished');
  // The third began in the window that had the device, and still came after the second.
  const [a, b] = [await new RunFolder(second).record(), await new RunFolder(third).record()];
  expect(Date.parse(a.updated)).toBeLessThanOrEqual(Date.parse(b.updated));
});

it('lets the next one in when the host that has the device is killed', async () => {
  const [one, two, folder] = [new HostClient(), new HostClient(), tempFolder()];
  const first = await begin(one, start(folder, 400));
  await one.steps(first, 5);
  const second = await begin(two, start(folder, 2));
  await expect.poll(() => two.progress.length, { timeout: 10_000 }).toBeGreaterThan(0);
  one.process.kill('SIGKILL');
  expect((await two.ended(second)).status).toBe('finished');
  expect((await new RunFolder(first).record()).status).toBe('interrupted');
});

it('refuses to go on with another recipe unless it is asked to, and says so in the record', async () => {
  const [host, folder] = [new HostClient(), tempFolder()];
  const run = await begin(host, start(folder, 400));
  await host.steps(run, 20);
  const { recipe } = await host.ask('runs/stop', { folder: run });
  const file = path.join(run, 'run.json');
  const rate = `"learningRate": ${recipe.training.learningRate}`;
  expect(readFileSync(file, 'utf8')).toContain(rate);
  writeFileSync(file, readFileSync(file, 'utf8').replace(rate, '"learningRate": 0.02'));
  const refusal = await host.refusal('runs/resume', { folder: run });
  expect(refusal).toMatch(
    new RegExp(
      `^${wouldDiffer}: its recipe in run\\.json \\(\\w{8} → \\w{8}\\) changed since the run in .* began`,
    ),
  );
  expect((await new RunFolder(run).record()).status).toBe('stopped');
  const resumed = await host.ask('runs/resume', { folder: run, force: true });
  expect(resumed.status).toBe('running');
  expect(resumed.notice).toContain('resumed though its recipe');
  await host.ask('runs/stop', { folder: run });
  // What it goes on with from now on is what it is compared with next time.
  const again = await host.ask('runs/resume', { folder: run });
  expect(again.notice).toBeUndefined();
  await host.ask('runs/stop', { folder: run });
});
