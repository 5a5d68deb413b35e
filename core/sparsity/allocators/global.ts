// One threshold over the scores of all layers.
import { elementsOf } from '../mask';
import { keepHighest } from '../patterns/keep-highest';
import type { Allocator } from './allocator';
import { apportion, budgetOf } from './apportion';

export const global: Allocator = {
  id: 'global',
  title: 'Global',
  source: 'Han et al. 2015 (arXiv 1506.02626), over all layers at once; Lee et al. 2019 (arXiv 1810.02340)',
  doc: 'One threshold over all layers: those whose weights score high keep more.',
  allot(layers, sparsity) {
    const budget = budgetOf(layers, sparsity);
    const all = new Float32Array(layers.reduce((n, { shape }) => n + elementsOf(shape), 0));
    let at = 0;
    for (const { param, scores } of layers) {
      if (!scores) throw new Error(`${param} has no scores: a global threshold goes by them`);
      all.set(scores, at);
      at += scores.length;
    }
    const keep = keepHighest(all, budget);
    at = 0;
    const counts = layers.map(({ shape }) => {
      const from = at;
      at += elementsOf(shape);
      return keep.subarray(from, at).reduce((n, bit) => n + bit, 0);
    });
    return apportion(layers, counts, budget);
  },
};
