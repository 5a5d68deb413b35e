// How much goes, as people type it: a share, or where channels go what may be left, `0.4 MACs` or `3 ms`.
import { macsField, millisecondsField, takesBudget } from '../../core/recipe/budget-fields';
import { bounds, checkField } from '../../core/recipe/check-field';
import type { NumberField } from '../../core/recipe/field';
import type { MethodSpec } from '../../core/recipe/methods/method-spec';
import type { Recipe } from '../../core/recipe/recipe';
import { sparsityField } from '../../core/recipe/sparsity-field';
import type { Read } from '../input/ask-text';
import { parseNumber } from '../input/parse-number';

export type Amount = Required<Pick<Recipe, 'sparsity'>> | Required<Pick<Recipe, 'budget'>>;

const left =
  /^(?<number>.*?)\s*(?:of\s+(?:the\s+)?)?(?<unit>ms|macs)(?:\s+(?:on\s+)?(?<engine>onnx ?runtime))?$/i;

/** @param field of the sparsity. */
export function readAmount(text: string, field: NumberField, method: MethodSpec): Read<Amount> {
  const budget = left.exec(text.trim())?.groups;
  if (budget && !takesBudget(method))
    return { problem: `a budget is for methods that cut channels: ${method.id} goes by sparsity` };
  const isTime = budget?.['unit']?.toLowerCase() === 'ms';
  const asked = budget ? (isTime ? millisecondsField : macsField) : field;
  const number = parseNumber(budget?.['number'] ?? text, asked);
  const problem = checkField(asked, number, asked.key, method.id);
  if (problem !== undefined) return { problem };
  const value = number as number;
  if (!budget) return { value: { sparsity: value } };
  if (!isTime)
    return budget['engine'] === undefined
      ? { value: { budget: { macs: value } } }
      : { problem: 'MACs are counted, whatever computes them: leave out the engine' };
  const engine = budget['engine'] === undefined ? {} : { engine: 'onnxruntime' as const };
  return { value: { budget: { milliseconds: value, ...engine } } };
}

/** @param pattern where the method leaves it open. */
export const amountField = (method: MethodSpec, pattern?: string): NumberField =>
  sparsityField(method, pattern === undefined ? {} : { pattern });

/** Of a method and pattern that leave no choice: 2:4 is one half. */
export function onlyAmount(method: MethodSpec, pattern?: string): Amount | undefined {
  const { min, max } = amountField(method, pattern);
  return min === max ? { sparsity: min } : undefined;
}

/** As {@link readAmount} takes it. */
export function amountText(amount: Amount): string {
  if ('sparsity' in amount) return String(amount.sparsity);
  const { macs, milliseconds, engine } = amount.budget;
  if (macs !== undefined) return `${macs} MACs`;
  return `${milliseconds} ms${engine === 'onnxruntime' ? ' on ONNX Runtime' : ''}`;
}

/** What can be typed. */
export function amountPrompt(field: NumberField, method: MethodSpec): string {
  const share = `${field.doc} ${bounds(field)}${field.unit ? `, ${field.unit}` : ''}.`;
  if (!takesBudget(method)) return share;
  return `${share} Or what may be left: 0.4 MACs, or as measured here 3 ms or 3 ms on ONNX Runtime.`;
}
