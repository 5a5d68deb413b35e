// Finds the run that somebody means: a folder, an id, or the beginning or a part of one; `last` is the newest.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { listRuns } from '../../training/runs/list';
import { UsageError } from '../command';

/** Answers with the run's folder. Rejects with one line that lists what is there when it finds none, or several. */
export async function findRun(text: string, runsFolder: string): Promise<string> {
  if (existsSync(path.join(text, 'run.json'))) return path.resolve(text);
  const folders = (await listRuns(runsFolder)).map(({ folder }) => folder);
  if (folders.length === 0)
    throw new UsageError(`there is no run ${text}: ${runsFolder} holds none; --folder says where to look`);
  if (text === 'last') return folders[0]!;
  const id = (folder: string) => path.basename(folder);
  const exact = folders.find((folder) => id(folder) === text);
  const like = exact ? [exact] : folders.filter((folder) => id(folder).includes(text));
  if (like.length === 1) return like[0]!;
  const names = (like.length > 0 ? like : folders).slice(0, 5).map(id).join(', ');
  throw new UsageError(
    like.length > 1
      ? `${text} fits ${like.length} runs: ${names}; write more of the id`
      : `there is no run ${text} in ${runsFolder}; the newest are ${names}`,
  );
}
