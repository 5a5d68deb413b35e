// RigL, SET and a static mask: is a network that was never dense better for looking for its mask, and for looking by gradient.
import type { Recipe } from '../../../../core/recipe/recipe';
import type { Arm, Reproduction } from '../reproduction';
import {
  arm,
  besideFirst,
  better,
  columns,
  denseArm,
  seeds,
  setup,
  smallArm,
  sparsity,
  steps,
} from './setting';

/** The paper exchanges every 100 of 32,000 steps, or of five times as many; here every 20 of 600. */
const options: Recipe['options'] = {
  ...{ allocator: 'erk', grow: 'gradient', exchange: 0.3, maskEvery: 20, exchangeShare: 0.75 },
};

const sparse = (id: string, title: string, changes: Recipe['options'] = {}, length = steps): Arm =>
  arm(id, title, { method: 'rigl', options: { ...options, ...changes }, steps: length });

const uniform = (id: string, title: string, grow: string): Arm =>
  arm(id, title, {
    ...{ method: 'rigl', options: { ...options, grow, allocator: 'uniform' } },
    ...{ keepDense: ['0'], sparsity: besideFirst(sparsity) },
  });

export const riglReproduction: Reproduction = {
  id: 'rigl',
  title: 'RigL: sparse from the first step',
  source:
    'Evci et al. 2020, Rigging the Lottery (arXiv 1911.11134); SET: Mocanu et al. 2018 (arXiv 1707.04780)',
  setup: `${setup} Masks are exchanged every 20 steps up to 75 % of a run, 30 % of each layer's weights at first.`,
  seeds,
  arms: [
    denseArm,
    smallArm,
    sparse('static', 'static mask, ERK', { grow: 'never' }),
    sparse('set', 'SET, ERK', { grow: 'random' }),
    sparse('rigl', 'RigL, ERK'),
    uniform('static-uniform', 'static mask, uniform', 'never'),
    uniform('set-uniform', 'SET, uniform', 'random'),
    uniform('rigl-uniform', 'RigL, uniform', 'gradient'),
    sparse('rigl-long', 'RigL, ERK, three times the steps', {}, 3 * steps),
    sparse('static-long', 'static mask, ERK, three times the steps', { grow: 'never' }, 3 * steps),
    sparse('rigl-often', 'RigL, ERK, exchanged every 2 steps', { maskEvery: 2 }),
    sparse('rigl-seldom', 'RigL, ERK, exchanged every 200 steps', { maskEvery: 200 }),
    arm('gradual', 'gradual magnitude pruning, ERK: was dense', {
      method: 'magnitude',
      options: {
        ...{ denseShare: 0.3, rampShare: 0.4, maskEvery: 10 },
        ...{ ramp: 'cubic', allocator: 'erk' },
      },
    }),
  ],
  columns,
  claims: [
    better('must hold', 'RigL beats a static mask', ['rigl', 'static']),
    better('must hold', 'growing by gradient beats growing by chance (SET)', ['rigl', 'set']),
    better('must hold', 'SET beats a static mask', ['set', 'static']),
    better('must hold', 'RigL beats small and dense of as many parameters', ['rigl', 'small']),
    better('must hold', 'ERK beats uniform: RigL', ['rigl', 'rigl-uniform']),
    better('must hold', 'ERK beats uniform: static', ['static', 'static-uniform']),
    better('must hold', 'three times the steps are better yet', ['rigl-long', 'rigl']),
    better('must hurt', 'masks that never move, uniform', ['rigl-uniform', 'static-uniform']),
    better('reported', 'an exchange every 2 steps', ['rigl', 'rigl-often']),
    better('reported', 'an exchange every 200 steps', ['rigl', 'rigl-seldom']),
    better('reported', 'RigL against gradual pruning of a dense network', ['rigl', 'gradual']),
    better('reported', 'three times the steps against gradual pruning', ['rigl-long', 'gradual']),
  ],
  plots: [
    {
      ...{ title: 'Accuracy on test images', unit: '' },
      of: ({ testAccuracy }) => testAccuracy,
      arms: ['dense', 'rigl', 'set', 'static', 'gradual'],
    },
  ],
};
