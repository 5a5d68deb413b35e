// The models of a file that no editor shows: read from the disk, as a recipe may name it.
import { readFile, stat } from 'node:fs/promises';
import type { ServerContext } from '../context';
import { type Reading, readModels } from './reading';

/** Past this a file is no model file, whatever it mentions. */
const largestFile = 8_000_000;

/** Undefined where no frontend takes the file. Rejects with one line where it cannot be read. */
export async function readClosed(
  { frontends, workspace, documents }: Pick<ServerContext, 'frontends' | 'workspace' | 'documents'>,
  file: string,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  if ((await stat(file)).size > largestFile) throw new Error('it is larger than 8 MB');
  const text = await readFile(file, 'utf8');
  const frontend = frontends().find((candidate) => candidate.handles(file, text));
  if (!frontend) return undefined;
  return readModels(
    frontend,
    { file, text, openFiles: documents.texts(), ...workspace.placeOf(file) },
    signal,
  );
}
