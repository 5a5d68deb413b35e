// Completes paths in recipes, folder by folder, from the recipe's own folder on.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type CompletionItem, CompletionItemKind, type Range } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents/store';

/** A folder of data may hold a million files; nobody picks from a longer list than this. */
const most = 200;

/** The entries of the folder that is typed so far: its folders, and its files that match. */
export async function pathItems(
  { file }: OpenDocument,
  typed: string,
  range: Range,
  files?: RegExp,
): Promise<CompletionItem[]> {
  if (file === undefined) return [];
  const start = typed.slice(0, typed.lastIndexOf('/') + 1);
  const folder = path.resolve(path.dirname(file), start);
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== '__pycache__')
    .filter((entry) => entry.isDirectory() || (entry.isFile() && files?.test(entry.name)))
    .slice(0, most)
    .map((entry): CompletionItem => {
      const newText = `${start}${entry.name}${entry.isDirectory() && files ? '/' : ''}`;
      return {
        label: newText,
        kind: entry.isDirectory() ? CompletionItemKind.Folder : CompletionItemKind.File,
        filterText: newText,
        textEdit: { range, newText },
      };
    });
}
