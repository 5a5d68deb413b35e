// The recipe that the answers make: the method's defaults around model, sparsity and data.
import path from 'node:path';
import { defaultData, defaultRecipe } from '../../core/recipe/defaults';
import { dataKinds } from '../../core/recipe/data-kinds';
import type { DataSpec, Recipe } from '../../core/recipe/recipe';
import type { DataChoice } from './choices';

export interface Answers {
  /** Absolute path of the model file; the recipe lies beside it. */
  readonly file: string;
  readonly model: string;
  readonly method: string;
  readonly sparsity: number;
  readonly data: DataChoice;
}

export function buildRecipe({ file, model, method, sparsity, data }: Answers): Recipe {
  const recipe = defaultRecipe(method, { file: path.basename(file), name: model }, dataSpec(data, file));
  return { ...recipe, sparsity };
}

function dataSpec(data: DataChoice, file: string): DataSpec {
  if (data.kind === 'digits') return defaultData;
  const test = dataKinds.get('idx')?.fields.find(({ key }) => key === 'test')?.default;
  return { kind: 'idx', folder: portable(path.dirname(file), data.folder), test: Number(test) };
}

/** Relative below or right beside the recipe, so that a project can be moved; absolute elsewhere. */
export function portable(from: string, to: string): string {
  const relative = path.relative(from, to);
  if (relative === '') return '.';
  const climbs = relative.split(path.sep).filter((part) => part === '..').length;
  return path.isAbsolute(relative) || climbs > 1 ? to : relative.split(path.sep).join('/');
}
