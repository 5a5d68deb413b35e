// The arms of GPUSQ-ViT's reproduction: every one starts from the seed's dense transformer.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { Weights } from '../../../../core/graph/tensor';
import type { Bits } from '../../../../core/quantisation/grid';
import type { Recipe } from '../../../../core/recipe/recipe';
import { packMask, unpackMask } from '../../../../core/sparsity/mask';
import type { Dataset } from '../../../../training/data/dataset';
import { seeded, seedFor } from '../../../../training/executor/random';
import { dense } from '../../../../training/methods/dense';
import { type Ablation, gpusqMethod } from '../../../../training/methods/gpusq-vit/method';
import type { Lab, Outcome } from '../lab';
import type { Arm, Readings } from '../reproduction';
import { ratios, violations } from './bytes';
import { templates } from './data';

const file = 'test/bench/repro/gpusq-vit/vit.py';

/** Steps of an epoch of 3200 images, and of the 640 of the regime with little data. */
const [batch, images, few] = [32, 3200, 640] as const;
/** Steps: dense, pruned, quantised, and pruned with little data. */
const [trained, pruning, quantising, little] = [800, 400, 150, 200] as const;

const dataOf = (seed: number, train: number = images): Dataset =>
  templates({ train, test: 1500, noise: 0.6, seed });

const training = (steps: number, count: number, learningRate: number) => ({
  ...{ epochs: (steps * batch) / count, batch, optimizer: 'adamw' as const, learningRate },
  ...{ weightDecay: 0.01, schedule: 'cosine' as const, warmUp: 0, floor: 0 },
});

async function begun(lab: Lab): Promise<{ graph: ModelGraph; data: Dataset; weights: Weights }> {
  const [graph, data] = [await lab.graph(file, 'vit'), dataOf(lab.seed)];
  const weights = await lab.sharedWeights('dense', async () => {
    const wanted = { name: 'dense', graph, data, method: dense, training: training(trained, images, 2e-3) };
    return (await lab.train(wanted)).weights;
  });
  return { graph, data, weights };
}

/** Pruned, then quantised. @param changes of the method's options. */
async function whole(lab: Lab, changes: Recipe['options'], ablation: Ablation = {}): Promise<Readings> {
  const start = await begun(lab);
  const steps = pruning + quantising;
  const outcome = await lab.train({
    ...start,
    method: gpusqMethod(ablation),
    options: {
      ...{ denseShare: 0, quantiseShare: quantising / steps, pruneRate: 1, quantiseRate: 0.5 },
      ...changes,
    },
    training: training(steps, images, 2e-3),
  });
  return readings(outcome, changes);
}

async function readings({ run, graph, weights }: Outcome, changes: Recipe['options']): Promise<Readings> {
  const numbers = (await run.metrics()).findLast(({ facts }) => facts?.numbers)!.facts!.numbers!;
  const of = (name: string) => numbers[`accuracy: ${name}`]!;
  const [layout, bits] = [String(changes['layout'] ?? '2:4'), Number(changes['bits']) as Bits];
  const masks = await run.masks();
  const sparse = await run.savedWeights('sparse');
  const illegal = violations(graph, sparse, masks, layout) + violations(graph, weights, masks, layout);
  // Nothing packs what is against the pattern.
  const bytes = illegal === 0 ? ratios(graph, weights, masks, layout, bits) : undefined;
  const factors = Object.entries(numbers).filter(([name]) => name.startsWith('weight while quantised'));
  return {
    ...{ dense: of('dense'), oneShot: of('one-shot'), sparse: of('sparse') },
    ...{ ptq: of('quantised untrained'), accuracy: of('quantised') },
    agreement: numbers['agreement with the teacher']!,
    illegal,
    ...(bytes && { ratio: bytes.pruned, modelRatio: bytes.model }),
    factor: Math.max(...factors.map(([, value]) => value)),
  };
}

const arm = (id: string, title: string, changes: Recipe['options'], ablation?: Ablation): Arm => ({
  id,
  title,
  run: (lab) => whole(lab, changes, ablation),
});

/** Pruned to 2:4 with 640 images and 200 steps, not quantised. */
const lowData = (id: string, title: string, changes: Recipe['options']): Arm => ({
  id,
  title,
  run: async (lab) => {
    const { graph, weights } = await begun(lab);
    const { result } = await lab.train({
      ...{ graph, weights, data: dataOf(lab.seed, few), method: gpusqMethod() },
      options: { denseShare: 0, quantiseShare: 0, pruneRate: 1, ...changes },
      training: training(little, few, 1e-3),
    });
    return { dense: result.denseAccuracy, sparse: result.accuracy };
  },
});

const baseline: Arm = {
  id: 'dense',
  title: 'dense',
  run: async (lab) => {
    const { graph, data, weights } = await begun(lab);
    return { accuracy: (await lab.evaluate(graph, weights, data))['accuracy']! };
  },
};

const anyMask: Arm = {
  id: 'random',
  title: 'INT8, random 2:4 mask',
  run: (lab) => {
    const random = seeded(seedFor(lab.seed, 'random mask'));
    const mask: Ablation['mask'] = (weights, matrix, pattern) =>
      pattern.mask(
        weights.map(() => random.next()),
        matrix,
        0.5,
      );
    return whole(lab, { bits: '8' }, { mask });
  },
};

/** Two of every four of neighbouring outputs, where the hardware wants inputs. */
const acrossOutputs: Ablation['mask'] = (weights, { rows, cols }, pattern) => {
  const turned = { rows: cols, cols: rows };
  const kept = unpackMask(pattern.mask(transposed(weights.map(Math.abs), rows, cols), turned, 0.5));
  return packMask([rows, cols], transposed(kept, cols, rows));
};

/** @param data row-major [rows, cols]. */
const transposed = (data: Float32Array, rows: number, cols: number): Float32Array =>
  data.map((_, i) => data[(i % rows) * cols + Math.floor(i / rows)]!);

export const arms: readonly Arm[] = [
  baseline,
  arm('int8', '2:4 INT8', { bits: '8' }),
  arm('int4', '2:4 INT4 (a simulation)', { bits: '4' }),
  arm('int4-pairs', '4:8 pairs INT4', { bits: '4', layout: '4:8-pairs' }),
  arm('int4-ce', '2:4 INT4, labels only', { bits: '4', soft: 0, feature: 0 }),
  arm('int4-no-feature', '2:4 INT4 without features', { bits: '4', feature: 0 }),
  arm('int4-no-soft', '2:4 INT4 without soft logits', { bits: '4', soft: 0 }),
  arm('int4-uniform', '2:4 INT4, blocks weigh alike', { bits: '4', weightFactor: 'uniform' }),
  anyMask,
  arm('outputs', 'INT8, 2:4 along outputs', { bits: '8' }, { mask: acrossOutputs }),
  lowData('few', '640 images: all of it', {}),
  lowData('few-ce', '640 images: labels only', { soft: 0, feature: 0 }),
  lowData('few-unsupervised', '640 images: no labels', { supervision: 'unsupervised' }),
  lowData('few-no-soft', '640 images: without soft logits', { soft: 0 }),
  lowData('few-no-feature', '640 images: without features', { feature: 0 }),
];
