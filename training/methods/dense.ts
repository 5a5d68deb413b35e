// No pruning at all: the baseline that sparse runs are compared with, on the same data, steps and learning rates.
import type { Method } from './method';

/** Not in the table that recipes choose from: benchmarks use it. */
export const dense: Method = {
  id: 'dense',
  prepare: () => ({
    stages: [{ name: 'dense', begin: 0 }],
    prunable: [],
    beforeStep: () => Promise.resolve(),
  }),
};
