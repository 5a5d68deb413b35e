// Checks one value against its field, and says in one line what is wrong and what would be right.
import { parsePattern, weightFamilies } from '../sparsity/patterns/families';
import type { ChoiceField, Field, NumberField } from './field';
import { suggest } from './suggest';

/** The problem with a value, or undefined. `name` is what people call it: `training.epochs`. */
export function checkField(field: Field, value: unknown, name: string, method?: string): string | undefined {
  switch (field.type) {
    case 'integer':
    case 'number':
      return checkNumber(field, value, name, method);
    case 'choice':
      return checkChoice(field, value, name);
    case 'pattern':
      return checkPattern(value, name);
    case 'text':
      if (typeof value !== 'string') return `${name} must be text, not ${show(value)}`;
      return value.trim() === '' ? `${name} is empty: ${lowerFirst(field.doc)}` : undefined;
    case 'list':
      return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.trim() !== '')
        ? undefined
        : `${name} must be a list of texts such as [stem.0, head], not ${show(value)}`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${name} must be true or false, not ${show(value)}`;
  }
}

function checkNumber(field: NumberField, value: unknown, name: string, method?: string): string | undefined {
  const kind = field.type === 'integer' ? 'a whole number' : 'a number';
  if (typeof value !== 'number' || Number.isNaN(value)) {
    const quoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
    return `${name} must be ${kind}, not ${show(value)}${quoted ? ': leave out the quotes' : ''}`;
  }
  if (value >= field.min && value <= field.max) {
    return field.type === 'integer' && !Number.isInteger(value)
      ? `${name} must be ${kind}, not ${value}`
      : undefined;
  }
  const forMethod = method ? ` for ${method}` : '';
  const where = field.min === field.max ? `not ${field.min}, its only value` : `outside ${bounds(field)}`;
  return `${name} ${value} is ${where}${forMethod}${meaning(field, value)}`;
}

/** What the number stands for, so that the right one can be found: a share is often written as percent. */
function meaning(field: NumberField, value: number): string {
  if (!field.unit?.startsWith('share')) return field.unit ? `; it counts ${field.unit}` : '';
  const share = `; it is the ${field.unit} to remove`;
  const text = field.key === 'sparsity' ? share : `; it is a ${field.unit}`;
  const asPercent = value / 100;
  const percent = value >= 2 && asPercent >= field.min && asPercent <= field.max;
  return percent ? `${text}, so ${value} % is written ${asPercent}` : text;
}

function checkChoice(field: ChoiceField, value: unknown, name: string): string | undefined {
  const values = field.choices.map((choice) => choice.value);
  if (typeof value === 'string' && values.includes(value)) return undefined;
  const close = typeof value === 'string' ? suggest(value, values) : undefined;
  return close
    ? `${name} ${show(value)} does not exist; did you mean ${close}?`
    : `${name} must be one of ${values.join(', ')}, not ${show(value)}`;
}

function checkPattern(value: unknown, name: string): string | undefined {
  const known = weightFamilies().map(({ example }) => example);
  if (typeof value !== 'string')
    return `${name} must be a pattern such as ${known.join(', ')}, not ${show(value)}`;
  const found = parsePattern(value);
  if (typeof found === 'string') return `${name}: ${found}`;
  return found.kind === 'weight'
    ? undefined
    : `${name} ${found.id} removes whole structures; single weights are masked by ${known.join(', ')}`;
}

/** `0.05 … 0.95`. */
export const bounds = ({ min, max }: NumberField): string => `${min} … ${max}`;

/** A value in a message: short, on one line, whatever it is. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'a section';
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
