// The recipe as a tree of sections and fields. Which ones exist depends on what is already written: method and data kind.
import { budgetSection, takesBudget } from './budget-fields';
import { dataKindField, dataKinds } from './data-kinds';
import type { ChoiceField, Field } from './field';
import { deviceField, keepDenseField, modelFields, versionField } from './fields';
import type { MethodSpec } from './methods/method-spec';
import { methods } from './methods/table';
import { sparsityField } from './sparsity-field';
import { trainingFields } from './training-fields';

export interface Section {
  readonly type: 'section';
  readonly key: string;
  readonly doc: string;
  readonly entries: readonly Entry[];
  /** False while what it depends on is unknown: then any key passes. */
  readonly known: boolean;
  /** May be left out, and then stays out. */
  readonly optional?: true;
}

export type Entry = Field | Section;

export const methodField: ChoiceField = {
  key: 'method',
  type: 'choice',
  choices: [...methods.values()].map(({ id, title, summary }) => ({
    value: id,
    doc: `${title}. ${summary}`,
  })),
  doc: 'The published method that makes the model sparse.',
};

/** The schema that fits a recipe value, however incomplete or wrong the value is. */
export function recipeSchema(value: unknown): Section {
  const method = methodOf(value);
  const data = dataKinds.get(String(read(read(value, 'data'), 'kind')));
  return section('', 'An Espalier recipe: one model, trained sparse in one way on some data.', [
    versionField,
    section('model', 'The model that is trained.', modelFields),
    methodField,
    ...amountOf(value, method),
    keepDenseField,
    section(
      'options',
      method ? `Settings of ${method.title}. ${method.source}.` : "The method's own settings.",
      method?.options ?? [],
      method !== undefined,
    ),
    section(
      'data',
      'What the model is trained and tested on.',
      [dataKindField, ...(data?.fields ?? [])],
      data !== undefined,
    ),
    section('training', 'How long and how it is trained.', trainingFields),
    deviceField,
  ]);
}

/** A share that goes, or a budget of what may be left; both while neither is written, or by mistake each. */
function amountOf(value: unknown, method: MethodSpec | undefined): Entry[] {
  const share: Field = (method && sparsityField(method, optionsOf(value))) ?? {
    key: 'sparsity',
    type: 'number',
    min: 0,
    max: 0.99,
    default: 0.5,
    doc: 'Share to remove; what of depends on the method.',
  };
  const hasShare = read(value, 'sparsity') !== undefined;
  const hasBudget = read(value, 'budget') !== undefined;
  const mayBudget = !method || takesBudget(method);
  return [
    ...(hasShare || !hasBudget || !mayBudget ? [share] : []),
    ...(hasBudget || (!hasShare && mayBudget) ? [budgetSection] : []),
  ];
}

function optionsOf(value: unknown): object {
  const options = read(value, 'options');
  return isMap(options) ? options : {};
}

/** The method that a recipe value names, if there is such a method. */
export function methodOf(value: unknown): MethodSpec | undefined {
  const id = read(value, 'method');
  return typeof id === 'string' ? methods.get(id) : undefined;
}

/** The section or field at a path such as `['training', 'epochs']`. */
export function entryAt(schema: Section, path: readonly (string | number)[]): Entry | undefined {
  let entry: Entry | undefined = schema;
  for (const key of path) {
    if (entry?.type !== 'section') return undefined;
    entry = entry.entries.find((candidate) => candidate.key === key);
  }
  return entry;
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const read = (value: unknown, key: string): unknown =>
  isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;

const section = (key: string, doc: string, entries: readonly Entry[], known = true): Section => ({
  type: 'section',
  key,
  doc,
  entries,
  known,
});
