// Finds the file of a run's model again.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from '../../core/runs/run-record';

/** Absolute; undefined where it is no longer where the recipe says. @param folder the run's own. */
export function sourceFile(
  { recipe, recipeFile, baseFolder }: RunRecord,
  folder: string,
): string | undefined {
  // `.espalier/runs/<id>` lies in the workspace, which is where relative paths usually start.
  const workspace = path.resolve(folder, '../../..');
  const bases = [baseFolder, recipeFile && path.dirname(recipeFile), workspace].filter(
    (base) => base !== undefined,
  );
  return bases.map((base) => path.resolve(base, recipe.model.file)).find((place) => existsSync(place));
}
