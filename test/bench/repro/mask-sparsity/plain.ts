// Training without a penalty or a cut, in stages of the same optimizer and rates as MaskSparsity's: baselines, and training from scratch.
import type { Method, Stage } from '../../../../training/methods/method';

/** Rates of all stages but the last, and of the last: the specification's. */
export const [rate, fineTuneRate] = [0.05, 0.01] as const;

/** @param stages lengths in steps, and the highest rate of each, which falls to a tenth after 50 % and 80 %. */
export const plain = (stages: readonly (readonly [steps: number, rate: number])[]): Method => ({
  id: 'plain',
  prepare: () => ({
    stages: stages.map(([, highest], i): Stage => ({
      name: `stage ${i + 1}`,
      begin: stages.slice(0, i).reduce((sum, [steps]) => sum + steps, 0),
      training: {
        ...{ optimizer: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-4, decayAll: true },
        rate: (step, steps) => highest * 0.1 ** [0.5, 0.8].filter((share) => step >= share * steps).length,
      },
    })),
    prunable: [],
    beforeStep: () => Promise.resolve(),
  }),
});
