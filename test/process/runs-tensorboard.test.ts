// The event files of a run that was killed and resumed, read by the real TensorBoard and the real TensorFlow.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scalarsOf } from '../../training/runs/events/scalars';
import { RunFolder } from '../../training/runs/run-folder';
import { tempFolder, tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

/** A Python that has tensorboard, and tensorflow if it is to be asked too. */
const python = process.env['ESPALIER_TENSORBOARD_PYTHON'];

it('shows each metric once a step, whatever happened to the run', async ({ skip }) => {
  if (!python) return skip('ESPALIER_TENSORBOARD_PYTHON names no Python with tensorboard');
  const [host, folder] = [new HostClient(), tempFolder()];
  const { id } = await host.ask('runs/start', {
    recipe: tinyRecipe('nm-magnitude', { training: { epochs: 20, checkpointEvery: 10 } }),
    graph: tinyNet(),
    baseFolder: folder,
    runsFolder: folder,
  });
  const run = path.join(folder, id);
  await host.steps(run, 107);
  host.process.kill('SIGKILL');
  await host.exit();
  const next = new HostClient();
  await next.ask('runs/resume', { folder: run });
  await next.ended(run);

  const expected = new Map<string, [step: number, value: number][]>();
  for (const point of await new RunFolder(run).metrics())
    for (const [tag, value] of Object.entries(scalarsOf(point)))
      expected.set(tag, [...(expected.get(tag) ?? []), [point.step, Math.fround(value)]]);
  const script = path.join(import.meta.dirname, 'tensorboard-scalars.py');
  const read = JSON.parse(execFileSync(python, [script, run], { encoding: 'utf8' })) as {
    readonly scalars: Readonly<Record<string, [number, number][]>>;
    readonly events: number;
  };
  expect(Object.keys(read.scalars).sort()).toEqual([...expected.keys()].sort());
  expect([...expected.keys()]).toEqual(
    expect.arrayContaining(['loss/train', 'accuracy/test', 'density', 'density/a.conv']),
  );
  for (const [tag, points] of expected) expect(read.scalars[tag], tag).toEqual(points);
  if (read.events > 0) expect(read.events).toBeGreaterThan(expected.get('density')!.length);
});
