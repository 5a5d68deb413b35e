// RigL and SET: what the picker, validation and completion need to know of them.
import type { MethodSpec } from './method-spec';
import { allocatorField, fitsWeights, keepHead } from './shared-fields';

export const rigl: MethodSpec = {
  id: 'rigl',
  title: 'RigL',
  summary:
    'Sparse from the first step: now and then the smallest weights go and as many grow where the gradient is large.',
  source:
    'Evci et al. 2020, Rigging the Lottery (arXiv 1911.11134); SET: Mocanu et al. 2018 (arXiv 1707.04780)',
  pattern: 'unstructured',
  sparsity: {
    key: 'sparsity',
    type: 'number',
    min: 0.1,
    max: 0.99,
    default: 0.9,
    unit: 'share of prunable weights',
    doc: 'Share of the weights of all layers that is zero from the first step on.',
  },
  options: [
    allocatorField('erk', 'uniform'),
    {
      key: 'grow',
      type: 'choice',
      default: 'gradient',
      choices: [
        { value: 'gradient', doc: 'Where the gradient is largest: RigL.' },
        { value: 'random', doc: 'Anywhere: SET, with the same schedule.' },
        { value: 'never', doc: 'The random mask of the first step stays: the plain baseline.' },
      ],
      doc: 'Which weights grow in place of those that go.',
    },
    {
      key: 'exchange',
      type: 'number',
      min: 0.01,
      max: 0.9,
      default: 0.3,
      unit: 'share of the kept weights',
      doc: 'How many are exchanged at first (α); the share falls along half a cosine.',
    },
    {
      key: 'maskEvery',
      type: 'integer',
      min: 1,
      max: 10_000,
      default: 100,
      unit: 'steps',
      doc: 'Steps between exchanges (ΔT).',
    },
    {
      key: 'exchangeShare',
      type: 'number',
      min: 0,
      max: 0.95,
      default: 0.75,
      unit: 'share of all steps',
      doc: 'How long weights are exchanged (T_end); then masks are frozen.',
    },
    keepHead,
  ],
  applies: fitsWeights,
};
