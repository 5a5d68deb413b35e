// The recipe that the answers make: the method's defaults around model, sparsity and data.
import path from 'node:path';
import { defaultRecipe, defaultsOf } from '../../core/recipe/defaults';
import { dataKinds } from '../../core/recipe/data-kinds';
import type { DataSpec, Recipe } from '../../core/recipe/recipe';
import type { Amount } from './amount';
import { type DataChoice, placeField } from './choices';

export interface Answers {
  /** Absolute path of the model file; the recipe lies beside it. */
  readonly file: string;
  readonly model: string;
  readonly method: string;
  /** Of methods that leave it open. */
  readonly pattern?: string;
  readonly amount: Amount;
  readonly data: DataChoice;
  /** Absolute path of a `.safetensors` file to start from. */
  readonly weights?: string;
}

export function buildRecipe({ file, model, method, pattern, amount, data, weights }: Answers): Recipe {
  const start = weights === undefined ? {} : { weights: portable(path.dirname(file), weights) };
  const ref = { file: path.basename(file), name: model, ...start };
  const { sparsity: _, options, ...recipe } = defaultRecipe(method, ref, dataSpec(data, file));
  return { ...recipe, ...amount, options: pattern === undefined ? options : { ...options, pattern } };
}

function dataSpec({ kind, path: place, label }: DataChoice, file: string): DataSpec {
  const field = placeField(kind);
  const where = field && place !== undefined ? { [field]: portable(path.dirname(file), place) } : {};
  const column = label === undefined ? {} : { label };
  return {
    kind,
    ...where,
    ...column,
    ...defaultsOf(dataKinds.get(kind)?.fields ?? []),
  } as unknown as DataSpec;
}

/** Relative below or right beside the recipe, so that a project can be moved; absolute elsewhere. */
export function portable(from: string, to: string): string {
  const relative = path.relative(from, to);
  if (relative === '') return '.';
  const climbs = relative.split(path.sep).filter((part) => part === '..').length;
  return path.isAbsolute(relative) || climbs > 1 ? to : relative.split(path.sep).join('/');
}
