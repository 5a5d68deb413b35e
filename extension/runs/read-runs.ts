// Reads run folders without the training host, so that showing the list costs no process.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRecord } from '../../core/runs/parse-record';
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
    return { folder, record: withTruth(parseRecord(record, folder)) };
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
