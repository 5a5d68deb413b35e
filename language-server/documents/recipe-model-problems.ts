// What a recipe says that its model does not bear: a name, a layer, a method that does not apply; and what would do.
import { layerPaths } from '../../core/analysis/layer-paths';
import type { ModelReport } from '../../core/analysis/report';
import { takesBudget } from '../../core/recipe/budget-fields';
import { defaultRecipe } from '../../core/recipe/defaults';
import { isKeptDense } from '../../core/recipe/keep-dense';
import type { MethodSpec } from '../../core/recipe/methods/method-spec';
import { methods } from '../../core/recipe/methods/table';
import { suggest } from '../../core/recipe/suggest';
import type { PlacedProblem, RecipeText, Span } from './recipe';
import { namedModel } from './recipe-models';

export interface ModelProblem extends PlacedProblem {
  readonly code: 'model-unknown' | 'layer-unknown' | 'method-misfit';
  readonly remedies: readonly RecipeRemedy[];
}

export interface RecipeRemedy {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly newText: string }[];
}

export function modelProblems(recipe: RecipeText, models: readonly ModelReport[]): ModelProblem[] {
  if (!recipe.recipe || models.length === 0) return [];
  const model = namedModel(models, recipe.value);
  if (!model) return [unknownModel(recipe, models, recipe.recipe.model.name)];
  return [...unknownLayers(recipe, model), ...misfitMethod(recipe, model)];
}

function unknownModel(recipe: RecipeText, models: readonly ModelReport[], name: string): ModelProblem {
  const names = models.map(({ graph }) => graph.name);
  const span = recipe.spanOf(['model', 'name'], 'value');
  const message = `the file has no model ${name}; it has ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const others = [...new Set([suggest(name, names) ?? names[0]!, ...names])].slice(0, 3);
  return { code: 'model-unknown', span, message, remedies: others.map((other) => change(span, other)) };
}

function unknownLayers(recipe: RecipeText, model: ModelReport): ModelProblem[] {
  const known = layerPaths(model).map(({ path }) => path);
  return recipe.items(['keepDense']).flatMap(({ text, span }): ModelProblem[] => {
    if (model.layers.some(({ path }) => isKeptDense({ keepDense: [text] }, path))) return [];
    const close = suggest(text, known);
    const message = `${model.graph.name} has no layer ${text}${close ? `; did you mean ${close}?` : ''}`;
    return [{ code: 'layer-unknown', span, message, remedies: close ? [change(span, close)] : [] }];
  });
}

function misfitMethod(recipe: RecipeText, model: ModelReport): ModelProblem[] {
  const method = methods.get(recipe.recipe!.method);
  const fit = method?.applies(model);
  if (!method || !fit || fit.ok) return [];
  const span = recipe.spanOf(['method'], 'value');
  const message = `${method.title} does not apply to ${model.graph.name}: ${fit.reason}`;
  const others = [...methods.values()].filter((other) => other.applies(model).ok);
  return [{ code: 'method-misfit', span, message, remedies: others.map((other) => replace(recipe, other)) }];
}

/** Another method, with its own options and, where the present one will not do, its own sparsity. */
function replace(recipe: RecipeText, method: MethodSpec): RecipeRemedy {
  const { id, title, sparsity: bounds, options } = method;
  const { sparsity, model } = recipe.recipe!;
  const defaults = defaultRecipe(id, model).options;
  const lines = options.map(({ key }) => `\n  ${key}: ${String(defaults[key])}`);
  const own = recipe.pairSpan(['options']);
  const isWithin =
    sparsity === undefined ? takesBudget(method) : sparsity >= bounds.min && sparsity <= bounds.max;
  const amount = isWithin ? undefined : recipe.pairSpan([sparsity === undefined ? 'budget' : 'sparsity']);
  return {
    title: `Use ${title} (${id})`,
    edits: [
      { span: recipe.spanOf(['method'], 'value'), newText: id },
      ...(amount ? [{ span: amount, newText: `sparsity: ${bounds.default}` }] : []),
      ...(own
        ? [{ span: own, newText: lines.length > 0 ? `options:${lines.join('')}` : 'options: {}' }]
        : []),
    ],
  };
}

const change = (span: Span, to: string): RecipeRemedy => ({
  title: `Change to ${to}`,
  edits: [{ span, newText: to }],
});
