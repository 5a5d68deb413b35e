// Erdős–Rényi-Kernel: small layers stay denser, by the sum of their sides over the product.
import { elementsOf } from '../mask';
import type { Allocator } from './allocator';
import { apportion, budgetOf } from './apportion';

/**
 * Density of a layer = min(1, ε · Σ dims / Π dims), of a convolution ε (in + out + kw + kh) / (in · out · kw · kh); ε is
 * the fixed point at which all layers together meet the budget: Evci et al. 2020 (arXiv 1911.11134), section 3 (1).
 */
export const erk: Allocator = {
  id: 'erk',
  title: 'Erdős–Rényi-Kernel',
  source: 'Mocanu et al. 2018 (arXiv 1707.04780); Evci et al. 2020 (arXiv 1911.11134)',
  doc: 'Small layers stay denser: density in proportion to the sum of the sides of a weight over their product.',
  allot(layers, sparsity) {
    const budget = budgetOf(layers, sparsity);
    const sizes = layers.map(({ shape }) => elementsOf(shape));
    const sides = layers.map(({ shape }) => shape.reduce((sum, dim) => sum + dim, 0));
    const sum = (of: (i: number) => number) => layers.reduce((n, _, i) => n + of(i), 0);
    const dense = new Set<number>();
    for (;;) {
      const left = budget - sum((i) => (dense.has(i) ? sizes[i]! : 0));
      const scale = left / sum((i) => (dense.has(i) ? 0 : sides[i]!));
      // Capping a layer leaves the others more, so that what is over 1 now stays so.
      const over = layers.flatMap((_, i) => (!dense.has(i) && scale * sides[i]! > sizes[i]! ? [i] : []));
      if (over.length === 0) {
        const wanted = sizes.map((size, i) => (dense.has(i) ? size : scale * sides[i]!));
        return apportion(layers, wanted, budget);
      }
      for (const i of over) dense.add(i);
    }
  },
};
