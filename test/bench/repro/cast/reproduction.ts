// CAST on a character model: does decay of losers beat masks that follow, at equal steps, and which parts of it matter.
import type { Reproduction } from '../reproduction';
import { arms } from './arms';
import { claims } from './claims';

const shown = ['cast', 'sr-ste', 'fixed', 'no-distil', 'coupled', 'constant-rate'];

export const cast: Reproduction = {
  id: 'cast',
  title: 'CAST: 2:4 by decay instead of by masking',
  source: 'CAST 2025, Continuous Adaptive Sparse Trainer (arXiv 2509.25996)',
  setup: `A character model (the last 12 characters, embeddings of 16, three hidden ReLU layers of 128, which are what is pruned: 57 344 weights) on text of a made-up language: 300 words, each with 12 Zipf-weighted successors, one word in ten drawn freely; 200 000 characters to train on, 12 000 to test on. The dense model has had 6000 steps of Adam; from it every arm gets 1000 steps of 128 windows, rate 1e-3 falling along a cosine to a tenth, no weight decay, unless its name says otherwise. Perplexity a character, of a window of 12. "Distilled" is a third of the loss, from the dense model. A seed is another language, another start, other batches.`,
  seeds: [0, 1, 2],
  arms,
  columns: [
    { key: 'perplexity', title: 'perplexity', digits: 3 },
    { key: 'jump', title: 'cost of the cut', digits: 4 },
    { key: 'ratio', title: 'loser / kept', digits: 5 },
    { key: 'violations', title: 'groups not 2:4', digits: 0 },
    { key: 'int8', title: 'int8', digits: 4 },
    { key: 'int4', title: 'int4, groups of 16', digits: 3 },
    { key: 'tuned', title: 'fine-tuned, mask kept', digits: 3 },
    { key: 'tunedDense', title: 'fine-tuned dense', digits: 3 },
  ],
  claims,
  plots: [
    {
      ...{ title: 'Perplexity on test text', unit: 'a character' },
      of: ({ metrics }) => metrics?.['perplexity'],
      arms: shown,
    },
    {
      ...{ title: 'Mean |w| of decaying weights over that of kept ones', unit: 'log₁₀' },
      of: ({ facts }) => {
        const [kept, loser] = [facts?.numbers?.['mean |w|: kept'], facts?.numbers?.['mean |w|: decaying']];
        return kept && loser ? Math.log10(loser / kept) : undefined;
      },
      arms: ['cast', 'coupled', 'constant-rate', 'no-decay'],
    },
  ],
};
