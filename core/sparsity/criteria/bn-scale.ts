// BatchNorm's scale: |γ| of a channel, which is how much of it passes.
import { type Criterion, required } from './criterion';

export const bnScale: Criterion = {
  id: 'bn-scale',
  title: 'BatchNorm scale',
  source: 'Liu et al. 2017, Network Slimming (arXiv 1708.06519)',
  doc: '|γ| of the BatchNorm that a channel passes through; says most where training pushed the scales towards zero. Needs no data.',
  needs: new Set(['scales']),
  kind: 'channel',
  // Layers settle at levels of their own: raw scales compared over the model empty some and leave others untouched.
  scope: 'layer',
  score: (layer) => required(layer, 'scales').map(Math.abs),
};
