// Writes a recipe as YAML that people can read and change: what each line means stands above it.
import { type Entry, isMap, recipeSchema, type Section } from './schema';
import type { Recipe } from './recipe';

/** The text of a `*.espalier.yaml` file. Reading it back gives the same recipe. */
export function formatRecipe(recipe: Recipe): string {
  const { entries } = recipeSchema(recipe);
  const blocks = entries.map((entry) => formatEntry(entry, recipe as unknown as Values, 0));
  return `# An Espalier recipe: train one model sparse, the same way every time.\n\n${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

type Values = Readonly<Record<string, unknown>>;

function formatEntry(entry: Entry, parent: Values, depth: number): string[] {
  const value = parent[entry.key];
  if (value === undefined) return [];
  const indent = '  '.repeat(depth);
  const comment = `${indent}# ${entry.doc}`;
  if (entry.type === 'section') return [comment, ...formatSection(entry, isMap(value) ? value : {}, depth)];
  return [comment, `${indent}${entry.key}: ${scalar(value)}`];
}

function formatSection(section: Section, value: Values, depth: number): string[] {
  const lines = section.entries.flatMap((entry) => formatEntry(entry, value, depth + 1));
  const indent = '  '.repeat(depth);
  return lines.length > 0 ? [`${indent}${section.key}:`, ...lines] : [`${indent}${section.key}: {}`];
}

/** Text that YAML could read as something else (a number, a flag, a comment) is quoted; JSON's quotes are YAML's. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const plain = /^[A-Za-z./][\w./ -]*$/.test(value) && !/\s$/.test(value);
  const reserved = /^(true|false|yes|no|on|off|y|n|null|nan|\.nan|[-+]?\.inf|\.\d[\d.eE+-]*)$/i.test(value);
  return plain && !reserved ? value : JSON.stringify(value);
}
