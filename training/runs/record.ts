// Reads `run.json`, and says of a run whose process is gone what is true: interrupted.
import path from 'node:path';
import { parseRecord } from '../../core/runs/parse-record';
import type { RunRecord } from '../../core/runs/run-record';
import { isAlive } from './alive';
import { files, readJson } from './files';
import { holderOf } from './lock';

/** Rejects with one line when the folder holds no run, or one of a newer version. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const value = await readJson(path.join(folder, files.record));
  if (value === undefined) throw new Error(`${folder} holds no run: it has no ${files.record}`);
  const record = parseRecord(value, folder);
  return record.status === 'running' && !(await isOwned(folder, record))
    ? { ...record, status: 'interrupted' }
    : record;
}

async function isOwned(folder: string, { pid }: RunRecord): Promise<boolean> {
  if (await holderOf(folder)) return true;
  // Between making the folder and locking it, and after a lock was lost, the process id alone has to do.
  return pid === process.pid && (await isAlive({ pid }));
}
