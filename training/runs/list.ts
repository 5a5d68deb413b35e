// The runs under a `.espalier/runs` folder.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunSummary } from '../../core/protocol/training-host';
import { files, readIfThere } from './files';
import { readRecord } from './record';

export interface RunsFolder {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Folders of runs that cannot be read, and why; what holds no run is in neither list. */
  readonly unreadable: readonly { readonly folder: string; readonly why: string }[];
}

export async function readRunsFolder(runsFolder: string): Promise<RunsFolder> {
  const names = await readdir(runsFolder).catch(() => []);
  const runs: RunSummary[] = [];
  const unreadable: RunsFolder['unreadable'][number][] = [];
  await Promise.all(
    names.map(async (name) => {
      const folder = path.join(runsFolder, name);
      try {
        runs.push({ folder, record: await readRecord(folder) });
      } catch (error) {
        const isRun = await readIfThere(path.join(folder, files.record)).catch(() => undefined);
        if (isRun) unreadable.push({ folder, why: (error as Error).message });
      }
    }),
  );
  return {
    runs: runs.sort((a, b) => b.record.created.localeCompare(a.record.created)),
    unreadable: unreadable.sort((a, b) => a.folder.localeCompare(b.folder)),
  };
}

/** Newest first. What is no run, or cannot be read, is left out: it must not hide the others. */
export const listRuns = async (runsFolder: string): Promise<RunSummary[]> => [
  ...(await readRunsFolder(runsFolder)).runs,
];
