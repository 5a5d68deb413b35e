// A name that no other file has: nothing of the user's is overwritten unasked.
import type { Uri } from 'vscode';
import { numbered } from './numbered';
import { readText } from './read-text';

/** The file itself if it is free or says `text` already; else `name-2`, `name-3`, … */
export async function freeName(uri: Uri, text?: string): Promise<Uri> {
  for (let i = 1; ; i++) {
    const candidate = uri.with({ path: numbered(uri.path, i) });
    const found = await readText(candidate);
    if (found === undefined || found === text) return candidate;
  }
}
