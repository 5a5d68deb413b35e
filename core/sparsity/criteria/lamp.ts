// LAMP: w² over the sum of the squares that are not smaller, which makes magnitudes comparable across layers.
import type { Criterion } from './criterion';

export const lamp: Criterion = {
  id: 'lamp',
  title: 'LAMP',
  source:
    'Lee et al. 2021, Layer-Adaptive Sparsity for the Magnitude-based Pruning (arXiv 2010.07611), equation 4',
  doc: 'w² over the sum of all squares of its layer that are not smaller: magnitude with a share for each layer that keeps the damage even. Needs no data.',
  needs: new Set(['weights']),
  kind: 'weight',
  scope: 'model',
  /** In (0, 1]; the largest of a layer has 1, so that no layer is emptied before all others are. Zero weights have 0. */
  score({ weights }) {
    const squares = Float64Array.from(weights, (w) => (Number.isNaN(w) ? 0 : w * w));
    // Descending; of equals the lower index first, as patterns keep them.
    const order = Uint32Array.from(squares.keys()).sort((a, b) => squares[b]! - squares[a]! || a - b);
    const out = new Float32Array(weights.length);
    let sum = 0;
    for (const i of order) {
      sum += squares[i]!;
      out[i] = squares[i] === 0 ? 0 : squares[i]! / sum;
    }
    return out;
  },
};
