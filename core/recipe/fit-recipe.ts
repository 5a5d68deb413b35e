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
      ...rateOf(graph, start),
    },
  };
}

/** At least 2: the statistics of a batch norm want more than one sample. */
const largestPowerOfTwo = (below: number): number =>
  2 ** Math.max(1, Math.floor(Math.log2(Math.max(1, below))));

type Rate = Pick<TrainingSpec, 'optimizer' | 'learningRate'>;

/** Trained weights are moved gently. */
const gentle = { fresh: 1, trained: 0.1 };

/**
 * Convolutions with batch norms take any rate; transformers diverge at high ones the sooner the wider they are: 0.003 at
 * a width of 48 (the example's ViT knows 90 % of the digits after 750 steps, 78 % at 0.001), 0.0008 at 768 (GPT-2 took
 * 0.0006).
 */
function rateOf(graph: ModelGraph, start: keyof typeof gentle): Rate {
  const width = widthOfTransformer(graph);
  if (width === undefined) return { optimizer: 'adam', learningRate: start === 'fresh' ? 0.002 : 0.0005 };
  const fresh = 0.003 * Math.min(1, Math.sqrt(48 / width));
  return { optimizer: 'adamw', learningRate: Number((fresh * gentle[start]).toPrecision(1)) };
}

/** What its norms go over; undefined where batch norms say that it is none. */
function widthOfTransformer({ nodes, params }: ModelGraph): number | undefined {
  if (nodes.some(({ op }) => op === 'batchNorm2d')) return undefined;
  const norms = nodes.filter(({ op }) => op === 'layerNorm' || op === 'rmsNorm');
  const widths = norms.flatMap(({ params: { weight } }) => params[weight ?? '']?.shape.slice(-1) ?? []);
  return widths.length > 0 ? Math.max(...widths) : undefined;
}

const trainedOptions = (method: string): Record<string, number> =>
  Object.fromEntries(
    (methods.get(method)?.options ?? []).flatMap((field) =>
      'whenTrained' in field && field.whenTrained !== undefined ? [[field.key, field.whenTrained]] : [],
    ),
  );
