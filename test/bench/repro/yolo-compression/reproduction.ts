// YOLO compression on shapes: what the sparse stage, the criterion and distillation are each worth in a small YOLOv8.
import type { Reproduction } from '../reproduction';
import { arms } from './arms';
import { claims } from './claims';

export const yoloCompression: Reproduction = {
  id: 'yolo-compression',
  title: 'YOLO compression in three stages',
  source:
    'Sabaghian et al. 2025, sparse training, channel pruning and distillation of YOLOv8 (arXiv 2509.12918)',
  setup:
    'Images of 48×48 with one to five discs, frames and diamonds of 4 to 12 pixels on smooth noisy backgrounds, 500 to train on (mirrored at random), 200 to test on. The network has the blocks of YOLOv8 at two levels (strides 4 and 8; C2f with and without shortcut, SPPF, a neck, width 8), its loss and its assignment (distances in 4 bins), where the specification has a simpler head. Grey images come as three channels. The base has 20 epochs of Adam at 0.004, batch 16; the sparse stage 16 epochs of SGD at 0.02 with s₀ = 0.03; half of every class of channels goes; fine-tuning has 8 epochs of Adam at 0.002. On few images: the first 96, 24 epochs. The base trained on has the updates of the sparse stage and fine-tuning. CWD: λ = 10, τ = 1, the teacher being the network before its cut. AP50 counts scores from 0.001 on, as YOLOv8 validates. A seed is other images, another start, other batches.',
  seeds: [0, 1, 2],
  arms,
  columns: [
    { key: 'near', title: '|γ| below 0.05', digits: 1, percent: true },
    { key: 'median', title: 'median |γ|', digits: 3 },
    { key: 'sparse', title: 'AP50 before the cut', digits: 1, percent: true },
    { key: 'cut', title: 'after the cut', digits: 1, percent: true },
    { key: 'tuned', title: 'in the end', digits: 1, percent: true },
    { key: 'strict', title: 'AP50-95', digits: 1, percent: true },
    { key: 'params', title: 'parameters removed', digits: 1, percent: true },
    { key: 'macs', title: 'MACs removed', digits: 1, percent: true },
  ],
  claims,
  plots: [
    {
      title: 'AP50 on test images',
      unit: '',
      of: ({ metrics }) => metrics?.['mAP50'],
      arms: ['cwd', 'unpulled', 'constant'],
    },
    {
      ...{ title: 'Median |γ|', unit: '' },
      of: ({ facts }) => facts?.numbers?.['|γ|: median'],
      arms: ['cwd', 'unpulled', 'constant'],
    },
  ],
};
