// One process writes a run folder. The lock says which one; a lock whose process is gone is taken over.
import path from 'node:path';
import { type FileLock, holderOfLock, lockFile } from './file-lock';
import { isElsewhere, type Owner } from './alive';
import { files } from './files';

export type Lock = FileLock;

/** Rejects with one line when a living process holds the folder. */
export async function lockFolder(folder: string): Promise<Lock> {
  return lockFile(path.join(folder, files.lock), {
    what: `the run in ${folder}`,
    busy: (owner) => `the run in ${folder} is being trained by ${whoIs(owner)}; stop it there first`,
  });
}

/** The process that holds the folder, if it lives. */
export const holderOf = (folder: string): Promise<Owner | undefined> =>
  holderOfLock(path.join(folder, files.lock));

const whoIs = (owner: Owner): string => {
  if (isElsewhere(owner)) return `process ${owner.pid} on ${owner.host}`;
  return owner.pid === process.pid ? 'this process' : `process ${owner.pid}`;
};
