// The arms of the reproduction: one base detector a seed, one sparse-trained parent, and what is cut from either.
import { graphCost } from '../../../../core/graph/cost';
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { Weights } from '../../../../core/graph/tensor';
import type { Recipe, TrainingSpec } from '../../../../core/recipe/recipe';
import { dense } from '../../../../training/methods/dense';
import type { Lab, Outcome } from '../lab';
import type { Arm, Readings } from '../reproduction';
import { shapes } from './shapes';

const file = 'test/bench/repro/yolo-compression/yolo_mini.py';

/** Epochs of the base, of the sparse stage, of fine-tuning; of fine-tuning shortly, for long, and on few images. */
const epochs = { base: 20, sparse: 16, tune: 8, short: 4, long: 24, few: 24 } as const;
const fewImages = 96;

/** Adam at 0.004 for the base; half of it fine-tunes. */
const training: Partial<TrainingSpec> = { batch: 16, optimizer: 'adam', learningRate: 0.004 };

const mini = (lab: Lab): Promise<ModelGraph> => lab.graph(file, 'mini');

const baseWeights = (lab: Lab): Promise<Weights> =>
  lab.sharedWeights('base', async () => {
    const wanted = { name: 'base', graph: await mini(lab), data: shapes(lab.seed), method: dense };
    return (await lab.train({ ...wanted, training: { ...training, epochs: epochs.base } })).weights;
  });

/** All three stages from the base, as the specification sizes them. */
async function whole(lab: Lab, options: Recipe['options']): Promise<Outcome> {
  return lab.train({
    ...{
      graph: await mini(lab),
      data: shapes(lab.seed),
      method: 'yolo-compression',
      weights: await baseWeights(lab),
    },
    sparsity: 0.5,
    options: {
      denseShare: 0,
      sparseShare: epochs.sparse / (epochs.sparse + epochs.tune),
      s0: 0.03,
      cwd: 0,
      ...options,
    },
    training: { ...training, epochs: epochs.sparse + epochs.tune },
  });
}

/** The detector as the sparse stage leaves it: what arms of one seed that differ after it share. Kept before the cut. */
const parentWeights = (lab: Lab): Promise<Weights> =>
  lab.sharedWeights('parent', async () => (await whole(lab, { cwd: 10 })).run.savedWeights('parent'));

/** Cut and fine-tuned from the base or the parent, which then also teaches. */
async function tuned(
  lab: Lab,
  from: 'base' | 'parent',
  count: number,
  options: Recipe['options'],
  images?: number,
): Promise<Outcome> {
  return lab.train({
    ...{ graph: await mini(lab), data: shapes(lab.seed, images), method: 'yolo-compression' },
    weights: await (from === 'base' ? baseWeights(lab) : parentWeights(lab)),
    sparsity: 0.5,
    options: { denseShare: 0, sparseShare: 0, cwd: 0, ...options },
    training: { ...training, epochs: count },
  });
}

async function readings({ result, run, graph }: Outcome): Promise<Readings> {
  const points = await run.metrics();
  const [before, after] = [await run.graph(), graph].map(graphCost) as [
    ReturnType<typeof graphCost>,
    ReturnType<typeof graphCost>,
  ];
  const cut = points.find(({ phase, metrics, density }) => phase === 'fine-tune' && metrics && density < 1);
  const last = points.findLast(({ phase, facts }) => phase === 'sparse' && facts)?.facts?.numbers;
  const sparse = points.findLast(({ phase, metrics }) => phase === 'sparse' && metrics)?.metrics;
  const cutStep = points.find(({ phase }) => phase === 'fine-tune')!.step;
  const told = points.at(-1)!.facts!.numbers!;
  return {
    ...(sparse ? { sparse: sparse['mAP50']! } : {}),
    ...(last ? { near: last['share of |γ|: below 0.05']!, median: last['|γ|: median']! } : {}),
    // The first is of the model after the cut, unless steps have been done in between.
    ...(cut?.metrics && cut.step === cutStep ? { cut: cut.metrics['mAP50']! } : {}),
    tuned: result.accuracy,
    strict: result.metrics!.sparse['mAP50-95']!,
    params: 1 - after.params / before.params,
    macs: 1 - after.macs / before.macs,
    apart: told['pruned − silenced']!,
  };
}

const arm = (id: string, title: string, run: (lab: Lab) => Promise<Outcome>): Arm => ({
  id,
  title,
  run: async (lab) => readings(await run(lab)),
});

const base: Arm = {
  id: 'base',
  title: 'base, not pruned',
  run: async (lab): Promise<Readings> => {
    const found = await lab.evaluate(await mini(lab), await baseWeights(lab), shapes(lab.seed));
    return { tuned: found['mAP50']!, strict: found['mAP50-95']! };
  },
};

/** As many updates as the sparse stage and fine-tuning have, nothing pulled and nothing cut. */
const continued: Arm = {
  id: 'continued',
  title: 'base trained on, not pruned',
  run: async (lab): Promise<Readings> => {
    const { result } = await lab.train({
      ...{ graph: await mini(lab), data: shapes(lab.seed), method: dense, weights: await baseWeights(lab) },
      training: { ...training, epochs: epochs.sparse + epochs.tune },
    });
    return { tuned: result.accuracy, strict: result.metrics!.sparse['mAP50-95']! };
  },
};

export const arms: readonly Arm[] = [
  base,
  continued,
  arm('cwd', 'sparse stage, γ, CWD', async (lab) => {
    await parentWeights(lab);
    return whole(lab, { cwd: 10 });
  }),
  arm('gamma', 'sparse stage, γ', (lab) => tuned(lab, 'parent', epochs.tune, {})),
  arm('long', 'sparse stage, γ, 24 epochs', (lab) => tuned(lab, 'parent', epochs.long, {})),
  arm('unpulled', 'sparse stage with s₀ = 0, γ', (lab) => whole(lab, { pull: 'none' })),
  arm('constant', 'sparse stage with a constant pull, γ', (lab) => whole(lab, { pull: 'constant' })),
  arm('random', 'sparse stage, random channels', (lab) =>
    tuned(lab, 'parent', epochs.tune, { criterion: 'random' }),
  ),
  arm('direct', 'no sparse stage, γ', (lab) => tuned(lab, 'base', epochs.tune, {})),
  arm('few', 'sparse stage, γ, 96 images', (lab) => tuned(lab, 'parent', epochs.few, {}, fewImages)),
  arm('few-cwd', 'sparse stage, γ, 96 images, CWD', (lab) =>
    tuned(lab, 'parent', epochs.few, { cwd: 10 }, fewImages),
  ),
  arm('short', 'no sparse stage, γ, 4 epochs', (lab) => tuned(lab, 'base', epochs.short, {})),
  arm('short-cwd', 'no sparse stage, γ, 4 epochs, CWD', (lab) =>
    tuned(lab, 'base', epochs.short, { cwd: 10 }),
  ),
];
