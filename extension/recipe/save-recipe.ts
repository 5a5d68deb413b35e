// Writes a recipe beside its model file, never over another one unasked.
import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import { formatRecipe } from '../../core/recipe/format';
import type { Recipe } from '../../core/recipe/recipe';
import { freeName } from '../files/free-name';
import { modelFileName } from '../files/model-file-name';
import { readText } from '../files/read-text';

/** The file to run, or undefined when people gave up. It may be an existing one that says something else. */
export async function saveRecipe(folder: string, recipe: Recipe): Promise<Uri | undefined> {
  const uri = Uri.file(path.join(folder, modelFileName(recipe.model.name, recipe.method, 'espalier.yaml')));
  const text = formatRecipe(recipe);
  const existing = await readText(uri);
  if (existing === text) return uri;
  const target = existing === undefined ? uri : await ask(uri);
  if (target === undefined) return undefined;
  if (target !== 'use') await workspace.fs.writeFile(target, Buffer.from(text));
  return target === 'use' ? uri : target;
}

async function ask(uri: Uri): Promise<Uri | 'use' | undefined> {
  const free = await freeName(uri);
  const items = [
    { label: '$(new-file) New file', detail: path.basename(free.fsPath), target: free },
    {
      label: '$(play) Run the existing file as it is',
      detail: 'Your new choices are dropped.',
      target: 'use' as const,
    },
    { label: '$(replace) Overwrite', detail: 'What the file says now is lost.', target: uri },
  ];
  const title = `${path.basename(uri.fsPath)} exists and says something else`;
  const picked = await window.showQuickPick<(typeof items)[number]>(items, { title, ignoreFocusOut: true });
  return picked?.target;
}
