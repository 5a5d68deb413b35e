// Wanda: |w| times the norm of the input it is multiplied with, compared within each output.
import { type Criterion, required } from './criterion';

export const wanda: Criterion = {
  id: 'wanda',
  title: 'Wanda',
  source: 'Sun et al. 2023, A Simple and Effective Pruning Approach for LLMs (arXiv 2306.11695), equation 1',
  doc: '|w|·‖x‖₂: small weights stay where their input is large. Compared output by output; needs a few batches, no gradients.',
  needs: new Set(['weights', 'activations']),
  kind: 'weight',
  scope: 'row',
  /** A row of a grouped convolution is multiplied with the inputs of its own group. */
  score(layer) {
    const { rows, cols, groups = 1 } = layer.matrix;
    const norms = required(layer, 'activations');
    const perGroup = rows / groups;
    return layer.weights.map((w, i) => {
      const row = Math.floor(i / cols);
      return Math.abs(w) * norms[Math.floor(row / perGroup) * cols + (i % cols)]!;
    });
  },
};
