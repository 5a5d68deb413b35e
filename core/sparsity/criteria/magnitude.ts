// Magnitude: |w|. The baseline that everything else is held against.
import type { Criterion } from './criterion';

export const magnitude: Criterion = {
  id: 'magnitude',
  title: 'Magnitude',
  source: 'Han et al. 2015, Learning both Weights and Connections (arXiv 1506.02626)',
  doc: '|w|: the smallest weights go. Needs no data.',
  needs: new Set(['weights']),
  kind: 'weight',
  // Layers begin at sizes of their own, 1/√fan-in: compared over the model, the widest would be emptied.
  scope: 'layer',
  score: ({ weights }) => weights.map(Math.abs),
};
