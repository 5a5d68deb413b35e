// Makes a rename or a new name in a folder last: a file's own fsync does not cover the folder's entry for it.
import { open } from 'node:fs/promises';

/** Does nothing where folders cannot be flushed: on Windows, and on file systems that refuse it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // EINVAL and EPERM: this file system keeps its own order.
  } finally {
    await handle?.close();
  }
}

/** What was appended to a file so far is on the disk when this resolves. Rejects with the system's reason. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
