// Reads run folders without the training host, so that showing the list costs no process.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunRecord } from '../../core/runs/run-record';
import type { Run } from './run';

/** Newest first. Folders without a readable `run.json` are left out: they are being written, or are not ours. */
export async function readRuns(runsFolder: string): Promise<Run[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const runs = await Promise.all(names.map((name) => readRun(path.join(runsFolder, name))));
  return runs
    .filter((run) => run !== undefined)
    .sort((a, b) => b.record.created.localeCompare(a.record.created));
}

export async function readRun(folder: string): Promise<Run | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8'));
    return isRecord(record) ? { folder, record: withTruth(record) } : undefined;
  } catch {
    return undefined;
  }
}

/** A file that says "running" of a process that is gone tells of a crash. */
function withTruth(record: RunRecord): RunRecord {
  return record.status === 'running' && !isAlive(record.pid) ? { ...record, status: 'interrupted' } : record;
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const statuses: ReadonlySet<unknown> = new Set(['running', 'stopped', 'finished', 'failed', 'interrupted']);

/** What lists and messages read must be there; the rest is the host's business. */
function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { version, id, recipe, status, created, step, totalSteps } = value as Partial<RunRecord>;
  return (
    version === 1 &&
    typeof id === 'string' &&
    typeof recipe?.method === 'string' &&
    typeof recipe.model?.name === 'string' &&
    typeof recipe.model.file === 'string' &&
    statuses.has(status) &&
    typeof created === 'string' &&
    typeof step === 'number' &&
    typeof totalSteps === 'number'
  );
}
