// The pattern that a recipe trains towards: its method's own, or the one that its options name.
import type { Pattern } from '../sparsity/pattern';
import { parsePattern } from '../sparsity/patterns/families';
import { methods } from './methods/table';
import type { Recipe } from './recipe';

/** Undefined where the method or the pattern is none that is known: recipes of old runs may be so. */
export function patternOf({ method, options }: Pick<Recipe, 'method' | 'options'>): Pattern | undefined {
  const named = methods.get(method)?.pattern;
  if (named === undefined) return undefined;
  const found = parsePattern(typeof named === 'string' ? named : named(options));
  return typeof found === 'string' ? undefined : found;
}
