// Reads a recipe file from the command line.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Recipe } from '../core/recipe/recipe';
import { validateRecipe } from '../core/recipe/validate';
import { UsageError } from './command';

/** Throws a UsageError with the first problem and its place. */
export async function readRecipeFile(file: string): Promise<Recipe> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file}: ${error.code ?? error.message}`);
  });
  const answer = validateRecipe(parseYaml(file, text));
  if (answer.ok) return answer.recipe;
  const [problem] = answer.problems;
  const place = problem?.path.join('.');
  throw new UsageError(`${file}${place ? `, ${place}` : ''}: ${problem?.message ?? 'not a recipe'}`);
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    throw new UsageError(`${file} is no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}
