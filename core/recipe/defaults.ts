// A recipe that runs as it is: the method's defaults around a model and data.
import type { Field } from './field';
import { dataKinds } from './data-kinds';
import { deviceField } from './fields';
import { methods } from './methods/table';
import type { DataSpec, ModelRef, Recipe, TrainingSpec } from './recipe';
import { trainingFields } from './training-fields';

/** Throws when there is no such method: callers offer methods from the table. */
export function defaultRecipe(method: string, model: ModelRef, data: DataSpec = defaultData): Recipe {
  const spec = methods.get(method);
  if (!spec) throw new Error(`there is no method ${method}; known are ${[...methods.keys()].join(', ')}`);
  return {
    version: 1,
    model,
    method,
    sparsity: spec.sparsity.default,
    options: defaultsOf(spec.options) as Recipe['options'],
    data,
    training: defaultsOf(trainingFields) as unknown as TrainingSpec,
    device: deviceField.default ?? 'auto',
  };
}

/** The built-in digits: data that needs no file. */
export const defaultData: DataSpec = {
  kind: 'digits',
  ...defaultsOf(dataKinds.get('digits')?.fields ?? []),
} as unknown as DataSpec;

export function defaultsOf(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ key, optional, default: value }) =>
      optional || value === undefined ? [] : [[key, value]],
    ),
  );
}
