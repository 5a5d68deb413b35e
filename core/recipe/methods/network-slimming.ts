// Channel pruning by BatchNorm scale: what the picker, validation and completion need to know of it.
import type { MethodSpec } from './method-spec';
import { fitsScaledChannels, flopsShare } from './shared-fields';

export const networkSlimming: MethodSpec = {
  id: 'network-slimming',
  title: 'Channel pruning by BN scale',
  summary:
    'Pushes BatchNorm scales to zero with L1, removes the channels with the smallest, fine-tunes the smaller model.',
  source:
    'Liu et al. 2017, Learning Efficient Convolutional Networks through Network Slimming (arXiv 1708.06519)',
  pattern: 'channel',
  sparsity: flopsShare,
  options: [
    {
      key: 'l1',
      type: 'number',
      min: 0,
      max: 0.1,
      default: 0.003,
      unit: 'per step',
      doc: 'Weight of the L1 penalty on BatchNorm scales while sparsity is learnt (λ in the paper).',
    },
    {
      key: 'sparsifyShare',
      type: 'number',
      min: 0.05,
      max: 0.95,
      default: 0.4,
      unit: 'share of all steps',
      doc: 'How long training with the penalty lasts before channels are removed; the rest fine-tunes the smaller model.',
    },
    {
      key: 'roundTo',
      type: 'integer',
      min: 1,
      max: 64,
      default: 4,
      unit: 'channels',
      doc: 'Kept widths are rounded up to a multiple of this: dense kernels like round widths.',
    },
  ],
  applies: fitsScaledChannels,
};
