// PST on two latents: what a frozen network learns of a task when nine weights of ten go, and which of its factors that takes.
import type { Reproduction } from '../reproduction';
import { arms } from './arms';
import { claims } from './claims';

export const pst: Reproduction = {
  id: 'pst',
  title: 'PST: fine-tuning and pruning by low-rank factors',
  source:
    'Li et al. 2022, Parameter-Efficient Sparsity for Large Language Models Fine-Tuning (arXiv 2205.11005)',
  setup: `A point has two latents of 8 values each, a and b: their prototypes in 32 dimensions, normal, at amplitudes 1.5 and 0.7, turned by a random rotation, under noise of σ 0.9. A network of three layers (64 → 128 → 128 → 128, ReLU: 40 960 weights to prune) is pre-trained on 6000 points to tell both, b for half of the loss: 1209 steps of 64, Adam, rate 1e-3, decay 1e-4. The task is y = (b + 3 (a mod 2)) mod 8 on 1200 points, 2000 to test on, so that what matters is no longer what is large. Every arm starts from the pre-trained layers and a new head that learns at 1e-3, and has 296 steps of 32, Adam, the rate falling linearly to nothing: 5e-3 for all of PST's factors. Sparsity, 90 % in each matrix unless said otherwise, rises cubically after a tenth of the steps and stays for the last three tenths. Magnitude and movement pruning train every weight, at the rate in their row (scores of movement pruning at 1e-2), on the same schedule. A seed is other prototypes, other points, another start, other batches.`,
  seeds: [0, 1, 2],
  arms,
  columns: [
    { key: 'a', title: 'tells a', digits: 1, percent: true },
    { key: 'b', title: 'tells b', digits: 1, percent: true },
    { key: 'accuracy', title: 'accuracy', digits: 1, percent: true },
    { key: 'trainable', title: 'numbers trained, head apart', digits: 0 },
    { key: 'ofMovement', title: "of movement pruning's", digits: 1, percent: true },
    { key: 'bytes', title: 'bytes of moments', digits: 0 },
    { key: 'energy', title: '8 singular values of S', digits: 2 },
    { key: 'energyShuffled', title: 'shuffled', digits: 2 },
    { key: 'additive', title: 'rows and columns of S', digits: 3 },
    { key: 'additiveShuffled', title: 'shuffled', digits: 3 },
  ],
  claims,
  plots: [
    {
      ...{ title: 'Accuracy on test points', unit: '' },
      of: ({ testAccuracy }) => testAccuracy,
      arms: ['pst', 'data-free', 'no-size', 'no-uv', 'magnitude', 'movement'],
    },
    {
      ...{ title: 'Masks that change in a step', unit: 'log₁₀ of the share' },
      of: ({ facts }) => {
        const flips = facts?.numbers?.['mask flips'];
        return flips ? Math.log10(flips) : undefined;
      },
      arms: ['pst', 'data-free', 'magnitude', 'movement'],
    },
    {
      ...{ title: "Movement pruning's scores: share in 8 of 128 singular values", unit: '' },
      of: ({ facts }) => facts?.numbers?.['scores: in 8 singular values'],
      arms: ['movement', 'movement-3', 'movement-half'],
    },
  ],
};
