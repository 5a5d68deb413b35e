// MaskSparsity on gratings: do channels that stay keep more when only those that go are pulled, and what does it need.
import type { Reproduction } from '../reproduction';
import { arms } from './arms';
import { claims } from './claims';

export const maskSparsity: Reproduction = {
  id: 'mask-sparsity',
  title: 'MaskSparsity: a penalty only on the channels that go',
  source: 'Jiang et al. 2022, Pruning-aware Sparse Regularization for Network Pruning (arXiv 2201.06776)',
  setup: `Gratings of 12×12 pixels in 8 classes (4 orientations, 1.5 or 3 waves), amplitude 1.25 (the baseline is then right about nine times in ten, as in the specification) and any phase, under noise of σ 1.8 … 2.2 and with a bright or dark blob; 3200 images to train on, 1500 to test on. The network has convolutions of 8, 16 and 16 channels (3×3, BatchNorm, ReLU; pooled twice, then averaged), the wide one 16, 32 and 32. The baseline has 200 steps of 32. From it every arm has 200 steps with the penalty on all scales, which make the mask (the smallest 40 % of |γ|, 50 % in the wide network; a quarter of every layer stays), begins again from the baseline with 200 steps under its own penalty, is cut, and fine-tunes for 100: arms of one λ differ only in what those 200 steps pull at or what is cut; another λ makes another mask. SGD, Nesterov 0.9, weight decay 1e-4 on everything, rate 0.05 (0.01 in fine-tuning), a tenth after 50 % and 80 % of a stage. λ = 0.1, a budget of 5.3. From scratch: 700 steps of the pruned network. A seed is other images, another start, other batches.`,
  seeds: [0, 1, 2, 3, 4],
  arms,
  columns: [
    { key: 'loss', title: 'train loss before the cut', digits: 3 },
    { key: 'kept', title: 'kept |γ|', digits: 2 },
    { key: 'doomed', title: 'doomed |γ|', digits: 4 },
    { key: 'before', title: 'before the cut', digits: 1, percent: true },
    { key: 'cut', title: 'after the cut', digits: 1, percent: true },
    { key: 'finetuned', title: 'fine-tuned', digits: 1, percent: true },
    { key: 'iou', title: 'mask IoU at the cut', digits: 2 },
    { key: 'flops', title: 'FLOPs removed', digits: 1, percent: true },
    { key: 'params', title: 'parameters removed', digits: 1, percent: true },
  ],
  claims,
  plots: [
    {
      ...{ title: 'Accuracy on test images', unit: '' },
      of: ({ testAccuracy }) => testAccuracy,
      arms: ['masked', 'global', 'none', 'inverted', 'weak'],
    },
    {
      ...{ title: 'Mean |γ| of channels that stay', unit: '' },
      of: ({ facts }) => facts?.numbers?.['mean |γ|: kept'],
      arms: ['masked', 'global', 'none', 'weak'],
    },
    {
      ...{ title: 'Mean |γ| of channels that go', unit: 'log₁₀' },
      of: ({ facts }) => {
        const doomed = facts?.numbers?.['mean |γ|: doomed'];
        return doomed ? Math.log10(doomed) : undefined;
      },
      arms: ['masked', 'global', 'none', 'weak'],
    },
  ],
};
