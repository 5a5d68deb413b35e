// The one footing of everything unstructured: the same network, images, batches, optimizer, rates and updates in every arm.
import type { Recipe } from '../../../../core/recipe/recipe';
import { dense } from '../../../../training/methods/dense';
import type { Method } from '../../../../training/methods/method';
import type { Lab, Outcome } from '../lab';
import { batch, gratings, stepsPerEpoch } from '../mask-sparsity/gratings';
import type { Arm, Claim, Column, Results } from '../reproduction';
import { mean, said } from '../reproduction';

const file = 'test/bench/repro/unstructured/cnn.py';

export const seeds = [0, 1, 2, 3, 4];
export const steps = 600;
export const sparsity = 0.95;

export const setup = `The gratings of MaskSparsity's reproduction (12×12 pixels, 8 classes, under noise and beside a blob; 3200 images to train on, 1500 to test on). Convolutions of 16, 32 and 32 channels (3×3, BatchNorm, ReLU; pooled twice, then averaged) and a linear layer: 14,224 weights, of which every sparse arm keeps 5 % unless it says otherwise; shared out uniformly, the first layer stays dense and the others lose the more, as in the papers. ${steps} steps of 32 in every arm, SGD with momentum 0.9, weight decay 1e-4, cosine from 0.05. A seed is other images, another start, other batches.`;

/** One budget for all; nothing in it belongs to a method. */
const training = (length: number) => ({
  ...({ epochs: length / stepsPerEpoch, batch, optimizer: 'sgd', momentum: 0.9 } as const),
  ...({ learningRate: 0.05, weightDecay: 1e-4, schedule: 'cosine' } as const),
});

/**
 * As the papers share out uniformly: the first layer, 144 weights here, stays dense, and the others lose as many more.
 * @param share of all weights that is zero. @returns the share of the other layers.
 */
export const besideFirst = (share: number): number => 1 - ((1 - share) * 14_224 - 144) / (14_224 - 144);

export interface Trained {
  readonly method: string | Method;
  readonly options?: Recipe['options'];
  readonly sparsity?: number;
  readonly keepDense?: readonly string[];
  readonly model?: 'wide' | 'small';
  readonly steps?: number;
}

export function trained(lab: Lab, { model = 'wide', steps: length = steps, ...wanted }: Trained) {
  return lab
    .graph(file, model)
    .then((graph) =>
      lab.train({ sparsity, ...wanted, graph, data: gratings(lab.seed), training: training(length) }),
    );
}

/** Final accuracy, loss on the batches of the last fiftieth, and how many weights of convolutions and linear layers are left. */
async function readings({ result, run, weights }: Outcome): Promise<Record<string, number>> {
  const points = (await run.metrics()).filter(({ loss }) => loss !== undefined);
  const last = points.slice(-Math.ceil(points.length / 50)).map(({ loss }) => loss!);
  const matrices = [...weights.values()].filter(({ shape }) => shape.length > 1);
  return {
    accuracy: result.accuracy,
    loss: mean(last),
    weights: matrices.reduce(
      (sum, { data }) => sum + Array.from(data).filter((value) => value !== 0).length,
      0,
    ),
  };
}

export const arm = (id: string, title: string, wanted: Trained): Arm => ({
  id,
  title,
  run: async (lab) => readings(await trained(lab, wanted)),
});

export const denseArm = arm('dense', 'dense', { method: dense });
export const smallArm = arm('small', 'a small dense network with as many parameters', {
  ...{ method: dense, model: 'small' },
});

export const columns: readonly Column[] = [
  { key: 'accuracy', title: 'test accuracy', digits: 1, percent: true },
  { key: 'loss', title: 'train loss at the end', digits: 3 },
  { key: 'weights', title: 'weights not zero', digits: 0 },
];

/** a is better than b, by at least so much in the mean over the seeds. */
export const better = (
  kind: Claim['kind'],
  text: string,
  [a, b]: readonly [string, string],
  by = 0,
): Claim => ({
  ...{ kind, text },
  check: (results: Results) => {
    const gaps = results.gaps(a, b, 'accuracy');
    const wins = gaps.filter((gap) => gap > 0).length;
    return {
      holds: mean(gaps) > by,
      said: `${a} − ${b}: ${said(gaps)}, mean ${said([mean(gaps)], 4)}${by ? ` (more than ${by})` : ''}, better in ${wins} of ${gaps.length}`,
    };
  },
});
