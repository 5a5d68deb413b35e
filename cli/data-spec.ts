// What `--data` says: a recipe file, whose data is taken, or a data section as it would stand in one.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { defaultRecipe } from '../core/recipe/defaults';
import type { DataSpec } from '../core/recipe/recipe';
import { validateRecipe } from '../core/recipe/validate';
import { UsageError } from './command';
import { readRecipeFile } from './recipes';

export interface SaidData {
  readonly data: DataSpec;
  /** Where its relative paths start. */
  readonly baseFolder: string;
}

/** @param said `quick.espalier.yaml`, `digits`, or `{ kind: idx, folder: mnist }`. Throws a UsageError. */
export async function dataSpecOf(said: string): Promise<SaidData> {
  if (existsSync(said) && /\.ya?ml$/.test(said)) {
    const file = path.resolve(said);
    return { data: (await readRecipeFile(file)).data, baseFolder: path.dirname(file) };
  }
  let value: unknown;
  try {
    value = parse(said, { maxAliasCount: 20 });
  } catch {
    throw new UsageError(`--data ${said} is neither a recipe file nor a data section`);
  }
  const data = typeof value === 'string' ? { kind: value } : value;
  const base = defaultRecipe('nm-magnitude', { file: 'model', name: 'model' });
  const answer = validateRecipe({ ...base, data });
  if (answer.ok) return { data: answer.recipe.data, baseFolder: process.cwd() };
  throw new UsageError(`--data: ${answer.problems[0]!.message}`);
}
