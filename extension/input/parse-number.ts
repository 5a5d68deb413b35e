// Numbers as people type them.
import type { NumberField } from '../../core/recipe/field';

/** `0.5`, `.5`, `0,5`, and for shares `50 %`. What is no number comes back as the text, for the message. */
export function parseNumber(text: string, { unit }: Pick<NumberField, 'unit'>): number | string {
  const trimmed = text.trim();
  const match = /^([-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?)\s*(%?)$/i.exec(trimmed);
  if (!match) return trimmed;
  const percent = match[2] === '%';
  if (percent && !unit?.startsWith('share')) return trimmed;
  const value = Number(match[1]!.replace(',', '.'));
  return percent ? value / 100 : value;
}
