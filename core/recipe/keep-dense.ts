// Which layers a recipe leaves as they are.
import type { ModelGraph, ParamName } from '../graph/model-graph';
import type { Recipe } from './recipe';

/** Whether a path is named, or lies in a module that is: `layers.0` names `layers.0.conv1` too. */
export const isKeptDense = ({ keepDense = [] }: Pick<Recipe, 'keepDense'>, path: string): boolean =>
  keepDense.some((kept) => path === kept || path.startsWith(`${kept}.`));

/** The parameters of the layers that stay as they are. */
export const keptDenseParams = (
  recipe: Pick<Recipe, 'keepDense'>,
  { nodes }: ModelGraph,
): ReadonlySet<ParamName> =>
  new Set(
    nodes.filter(({ path }) => isKeptDense(recipe, path)).flatMap(({ params }) => Object.values(params)),
  );
