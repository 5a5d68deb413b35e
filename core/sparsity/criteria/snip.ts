// SNIP: connection sensitivity |w·g| as a share of the whole net's, meant for weights as they are initialised.
import { type Criterion, firstOrder } from './criterion';

export const snip: Criterion = {
  id: 'snip',
  title: 'SNIP',
  source:
    'Lee et al. 2019, SNIP: Single-shot Network Pruning based on Connection Sensitivity (arXiv 1810.02340), equation 6',
  doc: '|w·g| as a share of the sum over the whole model; the paper takes it at initialisation, before any training.',
  needs: new Set(['weights', 'gradients']),
  kind: 'weight',
  scope: 'model',
  score(layer) {
    const total = layer.totalSaliency;
    if (total === undefined)
      throw new Error(`the sum of |w·g| over the model of ${layer.param} is not known`);
    // A model without any gradient has no connection that matters more than another.
    return total === 0 ? firstOrder(layer) : firstOrder(layer).map((score) => score / total);
  },
};
