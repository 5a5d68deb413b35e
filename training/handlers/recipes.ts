// Answers `recipes/fit`: what the host knows and the editor does not is how much data there is and how much memory.
import { fitRecipe } from '../../core/recipe/fit-recipe';
import { pickDevice } from '../../native/devices/table';
import { inputsOf, loadDataset } from '../data/load';
import { fitMemory } from '../memory/fit-memory';
import type { HostContext, HostHandlers } from './context';

export const recipeHandlers = ({ devices, distDir }: HostContext): HostHandlers<'recipes/fit'> => ({
  async 'recipes/fit'({ recipe, graph, baseFolder }) {
    const data = await loadDataset(recipe.data, { baseFolder, wanted: inputsOf(graph), distDir });
    const fitted = fitRecipe(recipe, { graph, samples: data.train.count });
    const { info } = pickDevice(await devices(), recipe.device);
    return { ...fitted, training: fitMemory(graph, fitted.training, info.memory) };
  },
});
