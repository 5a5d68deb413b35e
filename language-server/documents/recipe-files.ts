// What a recipe points at on disk: is it there? Asked after every change, so answers come from stat alone.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { PlacedProblem, RecipeText } from './recipe';

interface Reference {
  readonly path: readonly string[];
  readonly kind: 'file' | 'folder';
  readonly what: string;
}

const references: readonly Reference[] = [
  { path: ['model', 'file'], kind: 'file', what: 'model.file' },
  { path: ['model', 'weights'], kind: 'file', what: 'model.weights' },
  { path: ['data', 'folder'], kind: 'folder', what: 'data.folder' },
];

/** One problem for each path of the recipe that leads nowhere. */
export async function missingFiles(recipeFile: string, recipe: RecipeText): Promise<PlacedProblem[]> {
  const problems = await Promise.all(
    references.map(async (reference): Promise<PlacedProblem[]> => {
      const target = textAt(recipe.value, reference.path);
      if (target === undefined || target.trim() === '') return [];
      const wrong = await problemWith(path.resolve(path.dirname(recipeFile), target), reference.kind);
      if (wrong === undefined) return [];
      const message = `${reference.what} ${JSON.stringify(target.slice(0, 80))} ${wrong}; paths start at the recipe's folder`;
      return [{ span: recipe.spanOf(reference.path, 'value'), message }];
    }),
  );
  return problems.flat();
}

async function problemWith(target: string, kind: Reference['kind']): Promise<string | undefined> {
  try {
    const found = await stat(target);
    if (kind === 'file') return found.isFile() ? undefined : 'is not a file';
    return found.isDirectory() ? undefined : 'is not a folder';
  } catch {
    return 'does not exist';
  }
}

/** The text at a path of whatever the YAML held. */
export function textAt(value: unknown, keys: readonly string[]): string | undefined {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return typeof found === 'string' ? found : undefined;
}
