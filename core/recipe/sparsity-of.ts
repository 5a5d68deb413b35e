// The share that a recipe removes, for whoever can do nothing with a budget.
import type { Recipe } from './recipe';

/** Throws one line where a budget is asked for instead: validation lets only methods that cut channels have one. */
export function sparsityOf({ sparsity, method }: Pick<Recipe, 'sparsity' | 'method'>): number {
  if (sparsity === undefined) throw new Error(`${method} goes by sparsity, and the recipe says none`);
  return sparsity;
}
