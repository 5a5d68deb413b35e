// The models of a file that no editor shows: read from the disk, as a recipe may name it.
import type { ServerContext } from '../context';
import { chooseFrontend } from '../frontends/choose';
import { type Reading, readModels } from './reading';

/** Undefined where no frontend takes the file. Rejects with one line where it cannot be read. */
export async function readClosed(
  { frontends, workspace, documents }: Pick<ServerContext, 'frontends' | 'workspace' | 'documents'>,
  file: string,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  const chosen = await chooseFrontend(frontends(), file);
  if (!chosen) return undefined;
  const { frontend, text } = chosen;
  return readModels(
    frontend,
    { file, text, openFiles: documents.texts(), ...workspace.placeOf(file) },
    signal,
  );
}
