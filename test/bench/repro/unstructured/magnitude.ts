// Gradual magnitude pruning: what a ramp, and the sharing out among layers, are worth at one budget of updates.
import { seeded, seedFor } from '../../../../training/executor/random';
import { unstructured } from '../../../../core/sparsity/patterns/unstructured';
import { MagnitudeRun, type Saliency } from '../../../../training/methods/magnitude/method';
import type { Method } from '../../../../training/methods/method';
import type { Recipe } from '../../../../core/recipe/recipe';
import type { Arm, Reproduction } from '../reproduction';
import { arm, besideFirst, better, columns, denseArm, seeds, setup, smallArm, sparsity } from './setting';

/** Dense for 30 % of the steps, a ramp over 40 %, the rest heals; masks anew every ten steps. */
const options = (changes: Recipe['options'] = {}): Recipe['options'] => ({
  ...{ denseShare: 0.3, rampShare: 0.4, maskEvery: 10, ramp: 'cubic', allocator: 'uniform' },
  ...changes,
});

/** The same places at every update, so that only the choice differs and not its steadiness. */
const chance: Method = {
  id: 'magnitude',
  prepare: (plan) => {
    const saliency: Saliency = (weights, { param }) => {
      const random = seeded(seedFor(plan.recipe.training.seed, `chance ${param}`));
      return weights.map(() => random.next());
    };
    return new MagnitudeRun(plan, {
      ...{ pattern: unstructured, allocator: 'uniform', ramp: 'cubic', head: true, saliency },
    });
  },
};

const magnitude = (id: string, title: string, changes: Recipe['options'] = {}): Arm =>
  arm(id, title, { method: 'magnitude', options: options(changes) });

const uniform = (id: string, title: string, changes: Recipe['options'] = {}, share = sparsity): Arm =>
  arm(id, title, {
    ...{ method: 'magnitude', options: options(changes) },
    ...{ keepDense: ['0'], sparsity: besideFirst(share) },
  });

export const magnitudePruning: Reproduction = {
  id: 'magnitude',
  title: 'Magnitude pruning: ramps, and how weights are shared out',
  source:
    'Zhu & Gupta 2017, To prune, or not to prune (arXiv 1710.01878); one-shot: Han et al. 2015 (arXiv 1506.02626); ERK: Evci et al. 2020 (arXiv 1911.11134)',
  setup,
  seeds,
  arms: [
    denseArm,
    smallArm,
    uniform('cubic', 'cubic ramp, uniform'),
    uniform('linear', 'linear ramp, uniform', { ramp: 'linear' }),
    uniform('one-shot', 'one shot at 30 % of the steps, uniform', { ramp: 'one-shot' }),
    magnitude('erk', 'cubic ramp, ERK', { allocator: 'erk' }),
    magnitude('global', 'cubic ramp, one threshold for all layers', { allocator: 'global' }),
    arm('chance', 'cubic ramp, uniform, weights drawn by chance', {
      ...{ method: chance, options: options(), keepDense: ['0'], sparsity: besideFirst(sparsity) },
    }),
    uniform('cubic-50', 'cubic ramp, uniform, half of the weights', {}, 0.5),
    uniform('cubic-80', 'cubic ramp, uniform, 20 % of the weights', {}, 0.8),
    uniform('cubic-90', 'cubic ramp, uniform, 10 % of the weights', {}, 0.9),
    uniform('cubic-98', 'cubic ramp, uniform, 2 % of the weights', {}, 0.98),
    magnitude('uniform-all', 'cubic ramp, uniform, the first layer as the others'),
  ],
  columns,
  claims: [
    better('must hold', 'large and sparse beats small and dense of as many parameters', ['cubic', 'small']),
    better('must hold', 'a cubic ramp beats one shot at the same budget', ['cubic', 'one-shot']),
    better('must hold', 'ERK beats uniform', ['erk', 'cubic']),
    better('must hold', 'one threshold for all layers beats uniform', ['global', 'cubic']),
    better('must hurt', 'weights drawn by chance: at least 0.02 lower', ['cubic', 'chance'], 0.02),
    better('must hurt', 'the first layer made as sparse as the others', ['cubic', 'uniform-all']),
    better('reported', 'a cubic ramp against a linear one', ['cubic', 'linear']),
    better('reported', 'half of the weights against dense', ['cubic-50', 'dense']),
    better('reported', '5 % of the weights against dense', ['cubic', 'dense']),
  ],
  plots: [
    {
      ...{ title: 'Accuracy on test images', unit: '' },
      of: ({ testAccuracy }) => testAccuracy,
      arms: ['dense', 'cubic', 'one-shot', 'global', 'chance'],
    },
  ],
};
