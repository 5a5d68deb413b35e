// 2:4 magnitude pruning with a cubic ramp: what the picker, validation and completion need to know of it.
import type { MethodSpec } from './method-spec';
import { fitsTwoFour, half } from './shared-fields';

export const nmMagnitude: MethodSpec = {
  id: 'nm-magnitude',
  title: '2:4 magnitude',
  summary:
    'Keeps the 2 largest of every 4 weights, ramped in cubically, then fine-tunes with the masks held.',
  source: 'Mishra et al. 2021 (arXiv 2104.08378); schedule: Zhu & Gupta 2017 (arXiv 1710.01878)',
  pattern: '2:4',
  sparsity: half,
  options: [
    {
      key: 'denseShare',
      type: 'number',
      min: 0,
      max: 0.9,
      default: 0.45,
      whenTrained: 0,
      unit: 'share of all steps',
      doc: 'How long the model trains dense before the ramp begins. 0 when starting from trained weights.',
    },
    {
      key: 'rampShare',
      type: 'number',
      min: 0,
      max: 0.9,
      default: 0.25,
      unit: 'share of all steps',
      doc: 'How long the cubic ramp from dense to 50 % takes; the rest of the run heals with frozen masks.',
    },
    {
      key: 'maskEvery',
      type: 'integer',
      min: 1,
      max: 1000,
      default: 10,
      unit: 'steps',
      doc: 'Steps between mask updates during the ramp.',
    },
    {
      key: 'permute',
      type: 'flag',
      default: false,
      doc: 'Before the first masks, put the channels between layers in an order in which the pattern keeps more (Pool & Yu 2021). The model computes the same.',
    },
  ],
  clash({ denseShare, rampShare }) {
    const total = Number(denseShare) + Number(rampShare);
    if (total <= 0.95) return undefined;
    const share = Number(total.toFixed(3));
    const message = `denseShare ${Number(denseShare)} and rampShare ${Number(rampShare)} make ${share}: keep them within 0.95, the rest of the run heals`;
    return { key: 'rampShare', message };
  },
  applies: fitsTwoFour,
};
