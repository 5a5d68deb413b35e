// CAST: what the picker, validation and completion need to know of it.
import type { MethodSpec } from './method-spec';
import { denseShare, distil, fitsTwoFour, half, keepHead, maskEvery } from './shared-fields';

export const cast: MethodSpec = {
  id: 'cast',
  title: '2:4 CAST',
  summary:
    'Trains densely while the losers of every group of four decay to zero; the dense model teaches. 2:4 without a cut.',
  source: 'CAST 2025, Continuous Adaptive Sparse Trainer (arXiv 2509.25996)',
  pattern: '2:4',
  sparsity: half,
  options: [
    denseShare,
    maskEvery,
    {
      key: 'measureDecay',
      type: 'flag',
      default: true,
      doc: 'Measure the decay where sparse training begins: three times the mean size of a gradient (section IV-A2). Of effect where decay is 0.',
    },
    {
      key: 'decay',
      type: 'number',
      min: 0,
      max: 10,
      default: 0,
      unit: 'of a gradient',
      doc: 'Pull of losers towards zero at the end of its ramp (λ); 0 leaves it to measureDecay.',
    },
    {
      key: 'scales',
      type: 'integer',
      min: 0,
      max: 64,
      default: 2,
      unit: 'parts of a row',
      doc: 'Trained scales a row, one for each part (n), folded into the weights in the end; 0 has none.',
    },
    { ...distil, default: 0.333 },
    {
      key: 'beta2',
      type: 'number',
      min: 0.5,
      max: 0.9999,
      default: 0.99,
      doc: "Decay of AdamS's second moment.",
    },
    {
      key: 'fineTuneShare',
      type: 'number',
      min: 0,
      max: 0.9,
      default: 0,
      unit: 'share of all steps',
      doc: 'How long the 2:4 model is fine-tuned with its mask held, after the decay.',
    },
    { ...keepHead, default: false },
  ],
  clash({ denseShare: dense, fineTuneShare: tune }) {
    const total = Number(dense) + Number(tune);
    if (total <= 0.95) return undefined;
    const message = `denseShare ${Number(dense)} and fineTuneShare ${Number(tune)} make ${Number(total.toFixed(3))}: keep them within 0.95, the decay needs the rest`;
    return { key: 'fineTuneShare', message };
  },
  applies: fitsTwoFour,
};
