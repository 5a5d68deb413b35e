// The settings of a default recipe, fitted to the model, to how much data there is, and to where training starts.
import type { ModelGraph } from '../graph/model-graph';
import { methods } from './methods/table';
import type { Recipe, TrainingSpec } from './recipe';

export interface Circumstances {
  readonly graph: ModelGraph;
  /** Samples of the training split. */
  readonly samples: number;
}

/** Steps below which nothing is learnt, however little data there is; trained weights need fewer. */
const fewestSteps = { fresh: 400, trained: 200 };
const fewestEpochs = { fresh: 6, trained: 3 };
const mostEpochs = 200;

/** Batches of an epoch below which smaller ones are taken: their order is all the chance there is. */
const batchesOfAnEpoch = 8;

/**
 * For a recipe that nobody has edited yet: what it says of training's length, batch, optimizer and rate is replaced, and
 * what its method spends on getting trained is left out where weights are given.
 */
export function fitRecipe(recipe: Recipe, { graph, samples }: Circumstances): Recipe {
  const start = recipe.model.weights === undefined ? 'fresh' : 'trained';
  const batch = Math.min(recipe.training.batch, largestPowerOfTwo(samples / batchesOfAnEpoch));
  const steps = Math.ceil(Math.max(1, samples) / batch);
  const epochs = Math.max(fewestEpochs[start], Math.ceil(fewestSteps[start] / steps));
  return {
    ...recipe,
    options: { ...recipe.options, ...(start === 'trained' ? trainedOptions(recipe.method) : {}) },
    training: {
      ...recipe.training,
      batch,
      epochs: Math.min(mostEpochs, epochs),
      ...(isTransformer(graph) ? rates.transformer[start] : rates.convolutional[start]),
    },
  };
}

/** At least 2: the statistics of a batch norm want more than one sample. */
const largestPowerOfTwo = (below: number): number =>
  2 ** Math.max(1, Math.floor(Math.log2(Math.max(1, below))));

type Rate = Pick<TrainingSpec, 'optimizer' | 'learningRate'>;

/** Trained weights are moved gently; attention without batch norms diverges at the rates that convolutions like. */
const rates: Record<'transformer' | 'convolutional', Record<'fresh' | 'trained', Rate>> = {
  convolutional: {
    fresh: { optimizer: 'adam', learningRate: 0.002 },
    trained: { optimizer: 'adam', learningRate: 0.0005 },
  },
  transformer: {
    fresh: { optimizer: 'adamw', learningRate: 0.001 },
    trained: { optimizer: 'adamw', learningRate: 0.0002 },
  },
};

const isTransformer = ({ nodes }: ModelGraph): boolean =>
  nodes.some(({ op }) => op === 'layerNorm' || op === 'rmsNorm') &&
  !nodes.some(({ op }) => op === 'batchNorm2d');

const trainedOptions = (method: string): Record<string, number> =>
  Object.fromEntries(
    (methods.get(method)?.options ?? []).flatMap((field) =>
      'whenTrained' in field && field.whenTrained !== undefined ? [[field.key, field.whenTrained]] : [],
    ),
  );
