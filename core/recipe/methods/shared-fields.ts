// What several methods say of themselves alike: fields of recipes, and which models they are for.
import type { ModelReport } from '../../analysis/report';
import { type Fit, fits, misfit } from '../../sparsity/fit';
import { allocators } from '../../sparsity/allocators/table';
import type { ChoiceField, FlagField, NumberField } from '../field';

/** 2:4 leaves nothing to choose. */
export const half: NumberField = {
  key: 'sparsity',
  type: 'number',
  min: 0.5,
  max: 0.5,
  default: 0.5,
  unit: 'share of prunable weights',
  doc: 'Share of the weights of every 2:4-prunable layer that becomes zero. 2:4 can only be 0.5.',
};

export const denseShare: NumberField = {
  key: 'denseShare',
  type: 'number',
  min: 0,
  max: 0.95,
  default: 0.45,
  whenTrained: 0,
  unit: 'share of all steps',
  doc: 'How long the model trains dense before it is made sparse. 0 when starting from trained weights.',
};

export const maskEvery: NumberField = {
  key: 'maskEvery',
  type: 'integer',
  min: 1,
  max: 1000,
  default: 10,
  unit: 'steps',
  doc: 'Steps between mask updates.',
};

export const distil: NumberField = {
  key: 'distil',
  type: 'number',
  min: 0,
  max: 1,
  default: 0,
  unit: 'share of the loss',
  doc: 'How much of the loss is the divergence from the dense model, its teacher (η); 0 trains on labels alone.',
};

export const keepHead: FlagField = {
  key: 'head',
  type: 'flag',
  default: true,
  doc: "Whether the layers that answer for the model (a classifier's last, a language model's head) are pruned too.",
};

/** @param ids of the allocators offered, the default first. */
export const allocatorField = (...ids: readonly string[]): ChoiceField => ({
  key: 'allocator',
  type: 'choice',
  default: ids[0]!,
  choices: ids.map((id) => ({ value: id, doc: allocators.get(id)!.doc })),
  doc: 'How the weights that stay are shared out among layers.',
});

/** Channel pruning is asked for in FLOPs. */
export const flopsShare: NumberField = {
  key: 'sparsity',
  type: 'number',
  min: 0.05,
  max: 0.95,
  default: 0.5,
  unit: 'share of FLOPs',
  doc: 'Share of the FLOPs to remove. Whole channels go, so the model that comes out is physically smaller.',
};

/** What a method for single weights says of a model. */
export const fitsWeights = ({ layers }: ModelReport): Fit =>
  layers.length > 0 ? fits : misfit('no layer of this model holds a weight matrix');

/** What a method for 2:4 weights says of a model. */
export const fitsTwoFour = ({ layers }: ModelReport): Fit =>
  layers.some(({ patterns }) => patterns.some(({ pattern, fit }) => pattern === '2:4' && fit.ok))
    ? fits
    : misfit('no layer of this model has a reduction length divisible by 4');

/** What a method says of a model that cuts channels by BatchNorm scale. */
export function fitsScaledChannels({ groups, graph }: ModelReport): Fit {
  const scales = new Set(
    graph.nodes.filter(({ op }) => op === 'batchNorm2d').map(({ params }) => params['weight'] ?? ''),
  );
  const some = groups.some(
    ({ prunable, members }) => prunable.ok && members.some(({ param }) => scales.has(param)),
  );
  return some ? fits : misfit('no prunable group of channels passes through a BatchNorm with a scale');
}
