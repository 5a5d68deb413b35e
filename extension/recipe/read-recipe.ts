// Reads a recipe through the language server, so that running and editing judge it alike.
import path from 'node:path';
import { type Uri, workspace } from 'vscode';
import type { Recipe } from '../../core/recipe/recipe';
import type { App } from '../app';
import { reasonOf } from '../log';
import { Explanation } from '../explanation';

/** Saves the open file first: what runs is what lies on disk. Rejects with the first problem and its line. */
export async function readRecipe(app: App, uri: Uri): Promise<Recipe> {
  const name = path.basename(uri.fsPath);
  const document = await Promise.resolve(workspace.openTextDocument(uri)).catch((error: unknown) => {
    throw new Explanation(`cannot open ${name}: ${reasonOf(error)}`);
  });
  if (document.isDirty && !(await document.save())) throw new Explanation(`${name} could not be saved`);
  const answer = await app.languageServer.ask('espalier/recipe', { uri: uri.toString() });
  if (answer.ok) return answer.recipe;
  throw new Explanation(`${name}, line ${answer.line + 1}: ${answer.message}`);
}
