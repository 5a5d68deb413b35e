// Movement: weights that training moves away from zero stay, those that it moves towards zero go.
import { type Criterion, required } from './criterion';

export const movement: Criterion = {
  id: 'movement',
  title: 'Movement',
  source:
    'Sanh et al. 2020, Movement Pruning: Adaptive Sparsity by Fine-Tuning (arXiv 2005.07683), equation 4',
  doc: '−Σ w·g over the steps of a fine-tuning: what grows stays, what shrinks goes, whatever its size. Needs training.',
  needs: new Set(['weights', 'movement']),
  kind: 'weight',
  scope: 'model',
  /** The paper's S without its factor, the learning rate, which changes no order. */
  score: (layer) => required(layer, 'movement').map((sum) => -sum),
};
