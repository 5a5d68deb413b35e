// A disk that fills up while a run is trained: the run fails in one line, what was saved stays, and room lets it go on.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RunFolder } from '../../training/runs/run-folder';
import { tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

/** A real file system of one megabyte, or undefined where mounting is not allowed. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
    rmdirSync(folder);
  });
  return folder;
}

/** Leaves `bytes` free. */
function fill(disk: string, bytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const file = path.join(disk, 'ballast');
  try {
    writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  } catch (error) {
    // The run writes meanwhile: then it is full sooner.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return file;
}

it('keeps the last checkpoint of a run whose disk is full, says so, and resumes when there is room', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (disk === undefined) {
    if (process.env['ESPALIER_REQUIRE_ALL']) throw new Error('no file system can be mounted here');
    return skip('no file system can be mounted here');
  }
  const host = new HostClient();
  const record = await host.ask('runs/start', {
    recipe: tinyRecipe('nm-magnitude', { training: { epochs: 20, checkpointEvery: 10 } }),
    graph: tinyNet(),
    baseFolder: disk,
    runsFolder: disk,
  });
  const folder = path.join(disk, record.id);
  await host.steps(folder, 30);
  const ballast = fill(disk, 0);
  const failed = await host.ended(folder);
  expect(failed.status).toBe('failed');
  expect(failed.error).toMatch(
    /^step \d+ could not be saved: .*the disk is full.*; the checkpoint of step \d+ is kept: make room, then resume$/,
  );
  // The record on the full disk says the same.
  const run = await RunFolder.open(folder);
  expect(await run.record()).toMatchObject({ status: 'failed', error: failed.error });
  const saved = Number(/checkpoint of step (\d+)/.exec(failed.error!)![1]);
  expect((await run.checkpoint())!.step).toBe(saved);
  expect(saved).toBeGreaterThanOrEqual(20);

  execFileSync('rm', [ballast]);
  await host.ask('runs/resume', { folder });
  expect(await host.ended(folder)).toMatchObject({ status: 'finished', step: 320 });
});
