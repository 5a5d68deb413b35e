// Deletes a run for good, where there is no trash: never one that is being trained, and never half of one.
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { lockFolder } from './lock';
import { readRecord } from './record';
import { syncFolder } from './sync-folder';

/** Rejects with one line, and leaves the run as it is, when it is no run, is being trained, or may not be moved. */
export async function deleteRun(folder: string): Promise<void> {
  await readRecord(folder);
  const lock = await lockFolder(folder);
  const parent = path.dirname(path.resolve(folder));
  // Out of every list in one step; what a crash leaves of it is no run any more.
  const aside = path.join(parent, `.deleted-${path.basename(folder)}`);
  try {
    await rename(folder, aside);
  } catch (error) {
    await lock.release();
    throw new Error(`cannot delete ${folder}: ${(error as Error).message}`);
  }
  await syncFolder(parent);
  await rm(aside, { recursive: true, force: true });
}
