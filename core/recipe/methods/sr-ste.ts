// SR-STE: what the picker, validation and completion need to know of it.
import type { MethodSpec } from './method-spec';
import { denseShare, distil, fitsTwoFour, half, keepHead, maskEvery } from './shared-fields';

export const srSte: MethodSpec = {
  id: 'sr-ste',
  title: '2:4 SR-STE',
  summary:
    'Computes with 2:4 weights while all weights keep learning; masks follow, and settle as masked weights decay.',
  source:
    'Zhou et al. 2021, Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch (arXiv 2102.04010)',
  pattern: '2:4',
  sparsity: half,
  options: [
    denseShare,
    maskEvery,
    {
      key: 'decay',
      type: 'number',
      min: 0,
      max: 1,
      default: 2e-4,
      unit: 'per step',
      doc: 'Pull of masked weights towards zero, added to their gradient (λ_W in the paper, equation 9).',
    },
    {
      key: 'refresh',
      type: 'choice',
      default: 'always',
      choices: [
        { value: 'always', doc: 'Masks follow the weights every maskEvery steps.' },
        {
          value: 'never',
          doc: 'The mask of the first step stays; masked weights get no gradient: the plain baseline.',
        },
      ],
      doc: 'Whether masks change after the first step.',
    },
    distil,
    keepHead,
  ],
  applies: fitsTwoFour,
};
