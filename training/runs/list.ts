// The runs under a `.espalier/runs` folder.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunSummary } from '../../core/protocol/training-host';
import { readRecord } from './record';

/** Newest first. What is no run, or cannot be read, is left out: it must not hide the others. */
export async function listRuns(runsFolder: string): Promise<RunSummary[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const runs = await Promise.all(
    names.map(async (name): Promise<RunSummary[]> => {
      const folder = path.join(runsFolder, name);
      try {
        return [{ folder, record: await readRecord(folder) }];
      } catch {
        return [];
      }
    }),
  );
  return runs.flat().sort((a, b) => b.record.created.localeCompare(a.record.created));
}
