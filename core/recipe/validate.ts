// From any value to a recipe with every default filled in, or to the problems that stand in the way. Pure.
import { checkField, show } from './check-field';
import type { Field } from './field';
import type { Recipe } from './recipe';
import { budgetProblem } from './budget-fields';
import { type Entry, isMap, methodOf, recipeSchema, type Section } from './schema';
import { suggest } from './suggest';
import { type Clash, trainingClash } from './training-fields';

export type RecipeValidation =
  | { readonly ok: true; readonly recipe: Recipe }
  | { readonly ok: false; readonly problems: readonly RecipeProblem[] };

export interface RecipeProblem {
  /** Keys from the top: `['training', 'epochs']`. Empty: the whole file. */
  readonly path: readonly string[];
  /** Where to point: at the value, at the key, or, for what is missing, at the section that should hold it. */
  readonly at: 'value' | 'key' | 'missing';
  /** One line: what is wrong and what would be right. */
  readonly message: string;
}

/** Checks a value that came from a recipe file. The first problem is the first in the file's own order of sections. */
export function validateRecipe(value: unknown): RecipeValidation {
  if (!isMap(value)) {
    const message = `a recipe has keys such as model and method, this is ${show(value)}`;
    return { ok: false, problems: [{ path: [], at: 'value', message }] };
  }
  const method = methodOf(value);
  const reader = new Reader(method?.id);
  const recipe = reader.section(recipeSchema(value), value, []);
  // Rules between fields speak of filled-in values, so they wait until every field is right.
  const clashes = (section: string, clash: Clash | undefined) => {
    if (clash) reader.problems.push({ path: [section, clash.key], at: 'value', message: clash.message });
  };
  const budget = recipe['budget'] as Record<string, unknown> | undefined;
  const amount = budget && budgetProblem(budget, value['sparsity'], method);
  if (amount) reader.problems.push({ ...amount, at: 'value' });
  if (reader.problems.length === 0) {
    clashes('options', method?.clash?.(recipe['options'] as Recipe['options'], budget !== undefined));
    clashes('training', trainingClash(recipe['training'] as Recipe['training']));
  }
  return reader.problems.length > 0
    ? { ok: false, problems: reader.problems }
    : // The schema's fields are Recipe's, key for key: a test walks both.
      { ok: true, recipe: recipe as unknown as Recipe };
}

class Reader {
  readonly problems: RecipeProblem[] = [];

  constructor(private readonly method: string | undefined) {}

  section(section: Section, value: unknown, path: readonly string[]): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    if (!isMap(value)) {
      // A key with nothing after it is an empty section: whatever it must hold is reported by name.
      if (value !== undefined && value !== null) {
        this.report(path, 'value', `${path.join('.')} must be a section, not ${show(value)}`);
        return result;
      }
      value = {};
    }
    const map = value as Readonly<Record<string, unknown>>;
    if (section.known) this.unknownKeys(section, map, path);
    for (const entry of section.entries) {
      const found = this.entry(entry, Object.hasOwn(map, entry.key) ? map[entry.key] : undefined, [
        ...path,
        entry.key,
      ]);
      if (found !== undefined) result[entry.key] = found;
    }
    return result;
  }

  private entry(entry: Entry, value: unknown, path: readonly string[]): unknown {
    if (entry.type === 'section') {
      if (value === undefined && entry.optional) return undefined;
      return this.section(entry, value, path);
    }
    if (value === undefined || value === null) return this.absent(entry, path);
    const problem = checkField(
      entry,
      value,
      path.join('.'),
      path[0] === 'sparsity' || path[0] === 'options' ? this.method : undefined,
    );
    if (problem) this.report(path, 'value', problem);
    return value;
  }

  private absent(field: Field, path: readonly string[]): unknown {
    if (field.optional) return undefined;
    if (field.default !== undefined) return field.default;
    const choices = field.type === 'choice' ? ` (${field.choices.map(({ value }) => value).join(', ')})` : '';
    this.report(path, 'missing', `${path.join('.')} is missing${choices}: ${field.doc}`);
    return undefined;
  }

  private unknownKeys(
    section: Section,
    map: Readonly<Record<string, unknown>>,
    path: readonly string[],
  ): void {
    const known = section.entries.map(({ key }) => key);
    for (const key of Object.keys(map)) {
      if (known.includes(key)) continue;
      const close = suggest(key, known);
      const owner =
        path[0] === 'options' && this.method
          ? ` of ${this.method}`
          : path.length > 0
            ? ` in ${path.join('.')}`
            : '';
      const help = close
        ? `did you mean ${close}?`
        : known.length > 0
          ? `known are ${known.join(', ')}`
          : 'it takes none';
      this.report([...path, key], 'key', `unknown key ${show(key)}${owner}; ${help}`);
    }
  }

  private report(path: readonly string[], at: RecipeProblem['at'], message: string): void {
    this.problems.push({ path, at, message });
  }
}
