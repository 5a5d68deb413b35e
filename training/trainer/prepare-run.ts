// Checks and loads everything a run needs before it begins, so that what is wrong is said at once and nothing is left behind.
import path from 'node:path';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Recipe } from '../../core/recipe/recipe';
import { validateRecipe } from '../../core/recipe/validate';
import { requireCost } from '../../core/sparsity/allocators/channels/meet-cost';
import { requireRunnable } from '../executor/plan';
import { inputsOf, loadDataset } from '../data/load';
import { requireMemory } from '../memory/require-memory';
import { methods } from '../methods/table';
import { taskOf } from '../tasks/table';
import type { DeviceTurns } from './device-turns';
import type { Job } from './run-queue';
import { totalStepsOf } from './train';
import { readWeights } from './warm-start';

export interface Wanted {
  readonly recipe: Recipe;
  readonly graph: ModelGraph;
  readonly baseFolder: string;
  /** A device id instead of the recipe's. */
  readonly device?: string;
}

/** Rejects with one line. */
export async function prepareRun(
  { recipe: given, graph, baseFolder, device: instead }: Wanted,
  turns: DeviceTurns,
): Promise<Job> {
  const recipe = checked(given);
  const method = methods.get(recipe.method);
  if (!method) throw new Error(`there is no training code for the method ${recipe.method}`);
  requireRunnable(graph);
  const device = await turns.pick(instead ?? recipe.device);
  requireMemory(graph, recipe.training, device.info);
  const data = await loadDataset(recipe.data, {
    baseFolder,
    wanted: inputsOf(graph),
    distDir: turns.distDir,
  });
  // Throws where the model does not fit what the data asks for.
  taskOf(graph, data, recipe.training);
  const { weights: file } = recipe.model;
  const weights = file === undefined ? undefined : await readWeights(path.resolve(baseFolder, file), graph);
  const { least } = method.prepare({ graph, recipe, totalSteps: totalStepsOf(recipe, data), data });
  // Milliseconds wait for the run's turn on the device.
  const macs = recipe.budget?.macs;
  if (least && macs !== undefined) requireCost(graph, least, { of: 'macs', share: macs });
  return { method, recipe, graph, data, device, weights };
}

/** Recipes come from files and other processes, so they are validated again where they are used. */
function checked(recipe: Recipe): Recipe {
  const result = validateRecipe(recipe);
  if (result.ok) return result.recipe;
  const [problem] = result.problems;
  throw new Error(`the recipe cannot be run: ${problem!.message}`);
}
