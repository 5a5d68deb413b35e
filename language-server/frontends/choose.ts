// Finds the frontend of a file on disk. A file that is binary, or larger than a text can be, is never read as one.
import { readFile, stat } from 'node:fs/promises';
import type { Frontend } from './frontend';

/** Past this a text is no model file, whatever it mentions. */
const largestText = 8_000_000;

export interface Chosen {
  readonly frontend: Frontend;
  /** Empty for a frontend that reads the file itself. */
  readonly text: string;
}

/** Undefined where no frontend wants the file. Rejects where it cannot be read, or is too large to be a text. */
export async function chooseFrontend(
  frontends: readonly Frontend[],
  file: string,
): Promise<Chosen | undefined> {
  const own = frontends.find((candidate) => candidate.reads === 'file' && candidate.handles(file, ''));
  if (own) return { frontend: own, text: '' };
  if ((await stat(file)).size > largestText) throw new Error('it is larger than 8 MB');
  const text = await readFile(file, 'utf8');
  const frontend = frontends.find((candidate) => candidate.reads !== 'file' && candidate.handles(file, text));
  return frontend && { frontend, text };
}
