// Between URIs, which LSP speaks, and paths, which frontends and file systems speak.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path, or undefined for what is not a file on this machine. */
export function fileOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export const sameFile = (a: string, b: string): boolean => a === b || path.resolve(a) === path.resolve(b);

export const isRecipe = (uri: string): boolean => /\.espalier\.ya?ml$/i.test(uri);
