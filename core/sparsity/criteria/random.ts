// Chance: the control that every criterion has to beat.
import { seeded, seedFor } from '../../random';
import type { Criterion } from './criterion';

export const random: Criterion = {
  id: 'random',
  title: 'Random',
  source: 'control',
  doc: 'Chance, from a seed: what a criterion is worth is its distance from this. Needs no data.',
  needs: new Set(),
  kind: 'weight',
  scope: 'layer',
  /** Uniform in [0, 1); the same for a seed and a weight's name. */
  score({ param, weights, seed = 0 }) {
    const draws = seeded(seedFor(seed, `criterion ${param}`));
    return Float32Array.from({ length: weights.length }, () => draws.next());
  },
};
