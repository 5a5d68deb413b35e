// Reads files and folders of data; what goes wrong is said in one line that names them.
import { readdir, readFile } from 'node:fs/promises';
import type { Dirent } from 'node:fs';

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

/** In the order of their names, so that every machine sees the same. */
export async function listFolder(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `the data folder ${folder} cannot be read: ${reasons[error.code ?? ''] ?? error.message}`,
    );
  });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}
