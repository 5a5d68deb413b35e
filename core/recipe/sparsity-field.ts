// What may be written as sparsity: what the method allows of what its pattern can express.
import { parsePattern } from '../sparsity/patterns/families';
import { defaultsOf } from './defaults';
import type { NumberField } from './field';
import type { MethodSpec } from './methods/method-spec';
import type { Recipe } from './recipe';

/** Of the pattern that the options name: 2:4 can only be 0.5. @param written options, as far as there are any. */
export function sparsityField({ pattern, sparsity, options }: MethodSpec, written: object = {}): NumberField {
  if (typeof pattern === 'string') return sparsity;
  const found = parsePattern(pattern({ ...defaultsOf(options), ...written } as Recipe['options']));
  if (typeof found === 'string') return sparsity;
  const within = (value: number) => Math.min(found.sparsity.max, Math.max(found.sparsity.min, value));
  const [min, max] = [within(sparsity.min), within(sparsity.max)];
  return { ...sparsity, min, max, default: within(sparsity.default) };
}
