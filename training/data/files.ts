// Reads files and folders of data; what goes wrong is said in one line that names them.
import { readdir, readFile, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is a file, not a folder',
  ERR_FS_FILE_TOO_LARGE: 'it has more than 2 GB',
};

export async function readData(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read: ${reasons[error.code ?? ''] ?? error.message}`);
  });
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** In the order of their names, so that every machine sees the same. Links are what they lead to. */
export async function listFolder(folder: string): Promise<FolderEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `the data folder ${folder} cannot be read: ${reasons[error.code ?? ''] ?? error.message}`,
    );
  });
  const shown = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(
    shown.map(async (entry) => ({ name: entry.name, isFolder: await isFolder(folder, entry) })),
  );
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  // A link that leads nowhere is met again, and named, when it is opened.
  return stat(path.join(folder, entry.name)).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
