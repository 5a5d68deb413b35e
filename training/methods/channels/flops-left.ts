// What a recipe's sparsity leaves, as a limit of cost.
import type { Recipe } from '../../../core/recipe/recipe';
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import type { CostLimit } from '../../../core/sparsity/allocators/channels/meet-cost';

export const flopsLeft = (recipe: Pick<Recipe, 'sparsity' | 'method'>): CostLimit => ({
  of: 'flops',
  share: 1 - sparsityOf(recipe),
});
