// The same sparsity in every layer.
import { elementsOf } from '../mask';
import type { Allocator } from './allocator';
import { apportion, budgetOf } from './apportion';

export const uniform: Allocator = {
  id: 'uniform',
  title: 'Uniform',
  source: 'Zhu & Gupta 2017 (arXiv 1710.01878)',
  doc: 'The same sparsity in every layer.',
  allot(layers, sparsity) {
    const wanted = layers.map(({ shape }) => (1 - sparsity) * elementsOf(shape));
    return apportion(layers, wanted, budgetOf(layers, sparsity));
  },
};
