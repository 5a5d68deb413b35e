// GPUSQ-ViT on templates: what 2:4, then INT8 or INT4, costs a small vision transformer, and what its distillation is worth.
import type { Reproduction } from '../reproduction';
import { arms } from './arms';
import { claims } from './claims';

export const gpusqVit: Reproduction = {
  id: 'gpusq-vit',
  title: 'GPUSQ-ViT: 2:4, then INT8 or INT4, distilled',
  source:
    'Yu et al. 2023, Boost Vision Transformer with GPU-Friendly Sparsity and Quantization (arXiv 2305.10727)',
  setup: `Ten classes of three low-frequency templates of 16×16 pixels, moved by a pixel, amplitude 0.7 … 1.3, under noise of σ 0.6; 3200 images to train on, 1500 to test on. A vision transformer of 4 blocks (width 32, 4 heads, MLP 64; 16 patches, no class token). Dense: 800 steps of 32, AdamW, rate 2e-3 along a cosine, weight decay 0.01. From it every arm is pruned for 400 steps at 2e-3 and quantised for 150 at 1e-3; those with 640 images are pruned for 200 steps at 1e-3 and not quantised. All other options are the defaults. 2:4 with INT4 is a simulation: tensor cores take INT4 in pairs of 4:8. A seed is other templates, another start, other batches.`,
  seeds: [0, 1, 2, 3, 4],
  arms,
  columns: [
    { key: 'oneShot', title: 'pruned, untrained', digits: 1, percent: true },
    { key: 'sparse', title: 'pruned', digits: 1, percent: true },
    { key: 'ptq', title: 'quantised, untrained', digits: 1, percent: true },
    { key: 'accuracy', title: 'accuracy', digits: 1, percent: true },
    { key: 'agreement', title: 'agreement', digits: 2 },
    { key: 'factor', title: 'largest w', digits: 2 },
    { key: 'ratio', title: 'bytes ÷', digits: 1 },
    { key: 'modelRatio', title: 'whole model ÷', digits: 2 },
  ],
  claims,
  plots: [
    {
      ...{ title: 'Accuracy on test images', unit: '' },
      of: ({ testAccuracy }) => testAccuracy,
      arms: ['int8', 'int4', 'int4-pairs', 'int4-ce', 'random'],
    },
  ],
};
