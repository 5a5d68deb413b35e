// PST: what the picker, validation and completion need to know of it.
import { fits, misfit } from '../../sparsity/fit';
import type { NumberField } from '../field';
import type { MethodSpec } from './method-spec';
import { denseShare } from './shared-fields';

const number = (
  key: string,
  [min, max, normal]: readonly [number, number, number],
  doc: string,
  rest: Partial<NumberField> = {},
): NumberField => ({ key, type: 'number', min, max, default: normal, doc, ...rest });

export const pst: MethodSpec = {
  id: 'pst',
  title: 'Fine-tune sparse (PST)',
  summary:
    'Fine-tunes a transformer whose weights stay frozen: low-rank factors learn the update and which weights to drop.',
  source:
    'Li et al. 2022, Parameter-Efficient Sparsity for Large Language Models Fine-Tuning (arXiv 2205.11005)',
  pattern: 'unstructured',
  sparsity: number(
    'sparsity',
    [0.5, 0.99, 0.9],
    'Share of the weights of every adapted layer that becomes zero, in each matrix alike.',
    { unit: 'share of prunable weights' },
  ),
  options: [
    {
      ...denseShare,
      doc: 'How long all weights train dense before they are frozen. 0 when starting from trained weights.',
    },
    number('initialSparsity', [0, 0.99, 0], 'Sparsity before the ramp begins.'),
    number('warmShare', [0, 0.9, 0.1], 'How long sparsity stays at its first value.', {
      unit: 'share of the sparse steps',
    }),
    number('holdShare', [0, 0.9, 0.3], 'How long the last sparsity is trained with, at the end.', {
      unit: 'share of the sparse steps',
    }),
    number('weightRank', [1, 1024, 8], 'Rank of the update of a weight (r₁).', { type: 'integer' }),
    number('maskRank', [1, 1024, 8], 'Rank of the learnt part of the score (r₂).', { type: 'integer' }),
    number('beta', [0, 100, 1], 'Scale of the update (β); 0 leaves weights as they are.'),
    number('alpha1', [0, 100, 1], 'Scale of the low-rank score (α₁).'),
    number('alpha2', [0, 100, 1], 'Scale of the scores of rows and columns (α₂).'),
    number('maskEvery', [1, 10, 1], 'Steps between mask updates.', { type: 'integer', unit: 'steps' }),
    {
      key: 'scope',
      type: 'choice',
      default: 'blocks',
      choices: [
        { value: 'blocks', doc: "Linear layers inside a transformer's blocks, as published." },
        { value: 'all', doc: 'Every linear layer but the head.' },
      ],
      doc: 'Which layers are adapted and pruned.',
    },
    { key: 'trainHead', type: 'flag', default: true, doc: 'Whether the head learns beside the factors.' },
    {
      key: 'detachMagnitude',
      type: 'flag',
      default: false,
      doc: 'Keep gradients of the score from reaching the update through its size.',
    },
  ],
  clash({ warmShare: warm, holdShare: hold }) {
    const total = Number(warm) + Number(hold);
    if (total <= 0.95) return undefined;
    const message = `warmShare ${Number(warm)} and holdShare ${Number(hold)} make ${Number(total.toFixed(3))}: keep them within 0.95, sparsity rises in the rest`;
    return { key: 'holdShare', message };
  },
  applies: ({ layers }) =>
    layers.filter(({ op }) => op === 'linear').length > 1
      ? fits
      : misfit('this model has no linear layer before its head: PST adapts linear layers'),
};
