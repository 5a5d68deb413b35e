// Reads `run.json`, and says of a run whose process is gone what is true: interrupted.
import path from 'node:path';
import type { RunRecord } from '../../core/runs/run-record';
import { isAlive } from './alive';
import { files, readJson } from './files';
import { holderOf } from './lock';

const statuses: ReadonlySet<unknown> = new Set(['running', 'stopped', 'finished', 'failed', 'interrupted']);

/** Rejects with one line when the folder holds no run, or one of another version. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const value = await readJson(path.join(folder, files.record));
  if (value === undefined) throw new Error(`${folder} holds no run: it has no ${files.record}`);
  const record = checked(value, folder);
  return record.status === 'running' && !(await isOwned(folder, record))
    ? { ...record, status: 'interrupted' }
    : record;
}

async function isOwned(folder: string, { pid }: RunRecord): Promise<boolean> {
  if (await holderOf(folder)) return true;
  // Between making the folder and locking it, and after a lock was lost, the process id alone has to do.
  return pid === process.pid && (await isAlive({ pid }));
}

function checked(value: unknown, folder: string): RunRecord {
  const damaged = (what: string) => new Error(`${files.record} in ${folder} is damaged: ${what}`);
  if (typeof value !== 'object' || value === null) throw damaged('it is no object');
  const record = value as Partial<RunRecord>;
  if (record.version !== 1)
    throw new Error(
      `the run in ${folder} is of version ${String(record.version)}, this Espalier reads version 1: update Espalier`,
    );
  if (typeof record.id !== 'string') throw damaged('id is missing');
  if (typeof record.recipe?.method !== 'string' || typeof record.recipe.model?.name !== 'string')
    throw damaged('recipe is missing');
  if (!statuses.has(record.status)) throw damaged(`status ${JSON.stringify(record.status)} does not exist`);
  if (typeof record.step !== 'number' || typeof record.totalSteps !== 'number')
    throw damaged('step is missing');
  return record as RunRecord;
}
