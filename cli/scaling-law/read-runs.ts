// The finished runs that a scaling law is fitted to: those named, or all of a folder that follow one law.
import { lawRun, type LawRun } from '../../core/runs/law-run';
import { readRunsFolder } from '../../training/runs/list';
import { RunFolder } from '../../training/runs/run-folder';
import { UsageError } from '../command';
import { findRun } from '../runs/find-run';

export interface Wanted {
  /** Folders, ids or parts of ids; none: all that have finished. */
  readonly names: readonly string[];
  readonly runsFolder: string;
  /** Only runs of this method. */
  readonly method: string | undefined;
}

/** Throws one line where the runs are of several laws, or one that was named cannot be used. */
export async function readLawRuns({ names, runsFolder, method }: Wanted): Promise<LawRun[]> {
  const named = await Promise.all(names.map((name) => findRun(name, runsFolder)));
  const folders = names.length > 0 ? [...new Set(named)] : await finished(runsFolder);
  const runs: LawRun[] = [];
  for (const folder of folders.sort()) {
    const run = await RunFolder.open(folder);
    const record = await run.record();
    if (method === undefined || record.recipe.method === method) runs.push(lawRun(record, await run.graph()));
  }
  const families = new Map<string, number>();
  for (const { family } of runs) families.set(family, (families.get(family) ?? 0) + 1);
  if (families.size <= 1) return runs;
  const list = [...families].map(([family, count]) => `${count} of ${family}`).join('; ');
  throw new UsageError(
    `these runs follow ${families.size} laws (${list}): name the runs of one, or its --method`,
  );
}

const finished = async (runsFolder: string): Promise<string[]> =>
  (await readRunsFolder(runsFolder)).runs
    .filter(({ record }) => record.status === 'finished' && record.result)
    .map(({ folder }) => folder);
