// First-order Taylor: |w·g|, what the loss changes by to first order when a weight goes.
import { type Criterion, firstOrder } from './criterion';

export const taylor: Criterion = {
  id: 'taylor',
  title: 'Taylor, first order',
  source:
    'Molchanov et al. 2019, Importance Estimation for Neural Network Pruning (arXiv 1906.10771), equation 8',
  doc: '|w·g|: the change of the loss when a weight goes, to first order. Blind to curvature, so it says little at a minimum, where g is near zero.',
  needs: new Set(['weights', 'gradients']),
  kind: 'weight',
  // A change of the loss is the same unit everywhere.
  scope: 'model',
  score: firstOrder,
};
