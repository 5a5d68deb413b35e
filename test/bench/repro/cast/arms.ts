// The arms of CAST's reproduction: every one starts from the seed's dense model and gets the same batches.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { TensorData, Weights } from '../../../../core/graph/tensor';
import type { Recipe, TrainingSpec } from '../../../../core/recipe/recipe';
import { unpackMask } from '../../../../core/sparsity/mask';
import { twoFour } from '../../../../core/sparsity/patterns/n-m';
import { type Grid, int4Groups, int8Rows, quantise } from '../../../../core/quantisation/grouped';
import { fromMatrixOrder, toMatrixOrder } from '../../../../core/sparsity/weight-matrix';
import type { Dataset } from '../../../../training/data/dataset';
import { type Ablation, castMethod } from '../../../../training/methods/cast/method';
import { dense } from '../../../../training/methods/dense';
import { matrixLayers } from '../../../../training/methods/matrix-layers';
import type { Lab, Outcome, Wanted } from '../lab';
import type { Arm, Readings } from '../reproduction';
import { batch, charText, stepsPerEpoch } from './text';

export const file = 'test/bench/repro/cast/model.py';

const distil = 1 / 3;

/** The rate of every sparse arm, and of dense training continued. */
const training = (steps: number): Partial<TrainingSpec> => ({
  ...{ epochs: steps / stepsPerEpoch, batch, optimizer: 'adam', learningRate: 1e-3 },
  ...{ schedule: 'cosine', floor: 0.1, warmUp: 0 },
});

interface Begun {
  readonly graph: ModelGraph;
  readonly data: Dataset;
  readonly weights: Weights;
}

/** The dense model of the seed, trained once. */
async function begun(lab: Lab): Promise<Begun> {
  const [graph, data] = [await lab.graph(file, 'CharMLP'), charText(lab.seed)];
  const weights = await lab.sharedWeights('teacher', async () => {
    const { weights: trained } = await lab.train({
      ...{ name: 'teacher', graph, data, method: dense },
      training: { ...training(6000), learningRate: 2e-3 },
    });
    return trained;
  });
  return { graph, data, weights };
}

/** Layers in scope: the three hidden ones. */
const hidden = (graph: ModelGraph) => matrixLayers(graph).filter(({ node }) => node.path !== 'head');

type Change = (layer: ReturnType<typeof hidden>[number], matrix: Float32Array) => Float32Array;

/** The hidden layers' weights changed, as outputs × inputs. */
function changed(graph: ModelGraph, weights: Weights, change: Change): Weights {
  const out = new Map<string, TensorData>(weights);
  for (const layer of hidden(graph)) {
    const { shape, data } = weights.get(layer.param)!;
    const matrix = toMatrixOrder(graph, layer.node, data as Float32Array);
    out.set(layer.param, { shape, data: fromMatrixOrder(graph, layer.node, change(layer, matrix)) });
  }
  return out;
}

/** Groups of four that do not hold exactly two zeros. */
function violations(graph: ModelGraph, weights: Weights): number {
  let count = 0;
  changed(graph, weights, (_, matrix) => {
    for (let i = 0; i < matrix.length; i += 4)
      if (matrix.subarray(i, i + 4).filter((value) => value === 0).length !== 2) count++;
    return matrix;
  });
  return count;
}

const perplexityOf = async (lab: Lab, { graph, data }: Begun, weights: Weights): Promise<number> =>
  (await lab.evaluate(graph, weights, data))['perplexity']!;

/** What every trained sparse arm reads. */
async function readings({ result, run, graph, weights }: Outcome): Promise<Record<string, number>> {
  const perplexity = result.metrics!.sparse['perplexity']!;
  const points = await run.metrics();
  const judged = points.filter(({ metrics }) => metrics !== undefined);
  const numbers = points.findLast(({ facts }) => facts?.numbers)?.facts?.numbers;
  const [kept, loser] = [numbers?.['mean |w|: kept'], numbers?.['mean |w|: decaying']];
  return {
    perplexity,
    violations: violations(graph, weights),
    ...(kept && loser !== undefined
      ? { ratio: loser / kept, jump: perplexity - judged.at(-2)!.metrics!['perplexity']! }
      : {}),
  };
}

const trained = (
  id: string,
  title: string,
  wanted: Partial<Wanted> & Pick<Wanted, 'method'>,
  steps = 1000,
): Arm => ({
  id,
  title,
  run: async (lab) => {
    const start = await begun(lab);
    return readings(await lab.train({ ...start, training: training(steps), ...wanted }));
  },
});

const castOptions: Recipe['options'] = { denseShare: 0, decay: 0.01, measureDecay: false, distil };

/** @param changes of CAST's options from those of the table: λ 0.01, two scales a row, a third of the loss distilled. */
const cast = (
  id: string,
  title: string,
  changes: Recipe['options'] = {},
  ablation?: Ablation,
  steps = 1000,
): Arm =>
  trained(
    id,
    title,
    { method: ablation ? castMethod(ablation) : 'cast', options: { ...castOptions, ...changes } },
    steps,
  );

const srSte = (id: string, title: string, changes: Recipe['options'], steps = 1000): Arm =>
  trained(
    id,
    title,
    { method: 'sr-ste', options: { denseShare: 0, head: false, distil, ...changes } },
    steps,
  );

const continued = (steps: number, title: string): Arm => ({
  id: `dense-${steps}`,
  title,
  run: async (lab): Promise<Readings> => {
    const start = await begun(lab);
    const { result } = await lab.train({ ...start, method: dense, training: training(steps) });
    return { perplexity: result.metrics!.sparse['perplexity']! };
  },
});

const checkpoint: Arm = {
  id: 'dense',
  title: 'dense checkpoint',
  run: async (lab) => {
    const start = await begun(lab);
    return { perplexity: await perplexityOf(lab, start, start.weights) };
  },
};

const oneShot: Arm = {
  id: 'one-shot',
  title: 'magnitude 2:4, one shot, no training',
  run: async (lab) => {
    const start = await begun(lab);
    const weights = changed(start.graph, start.weights, ({ matrix }, values) => {
      const keep = unpackMask(twoFour.mask(values.map(Math.abs), matrix, 0.5));
      return values.map((value, i) => value * keep[i]!);
    });
    return {
      perplexity: await perplexityOf(lab, start, weights),
      violations: violations(start.graph, weights),
    };
  },
};

/** CAST whole, and then what is done with its weights: quantised, and fine-tuned on another language. */
const full: Arm = {
  id: 'cast',
  title: 'CAST',
  run: async (lab) => {
    const start = await begun(lab);
    const outcome = await lab.train({
      ...start,
      method: 'cast',
      options: castOptions,
      training: training(1000),
    });
    const own = await readings(outcome);
    const quantised = async (grid: Grid) => {
      const weights = changed(
        start.graph,
        outcome.weights,
        ({ matrix }, values) => quantise(values, matrix.cols, grid).values,
      );
      return (await perplexityOf(lab, start, weights)) - own['perplexity']!;
    };
    const other = charText(lab.seed + 1000);
    const tune = async (name: string, wanted: Partial<Wanted> & Pick<Wanted, 'method'>) => {
      const { result, weights } = await lab.train({
        ...{ name, graph: start.graph, data: other, weights: start.weights, training: training(500) },
        ...wanted,
      });
      return { perplexity: result.metrics!.sparse['perplexity']!, weights };
    };
    const tuned = await tune('fine-tune', {
      ...{ method: 'sr-ste', weights: outcome.weights },
      options: { denseShare: 0, head: false, refresh: 'never' },
    });
    return {
      ...own,
      int8: await quantised(int8Rows),
      int4: await quantised(int4Groups),
      tuned: tuned.perplexity,
      tunedDense: (await tune('fine-tune-dense', { method: dense })).perplexity,
      moved: moved(start.graph, outcome.weights, tuned.weights),
    };
  },
};

/** Weights that are zero in one and not in the other. */
function moved(graph: ModelGraph, before: Weights, after: Weights): number {
  let count = 0;
  for (const { param } of hidden(graph)) {
    const [a, b] = [before.get(param)!.data, after.get(param)!.data];
    a.forEach((value, i) => {
      if ((value === 0) !== (b[i] === 0)) count++;
    });
  }
  return count;
}

export const arms: readonly Arm[] = [
  checkpoint,
  continued(1000, 'dense, continued'),
  oneShot,
  full,
  trained('gradual', 'magnitude 2:4, gradual', {
    method: 'nm-magnitude',
    options: { denseShare: 0, rampShare: 0.5 },
    keepDense: ['head'],
  }),
  srSte('fixed', 'fixed mask, distilled', { refresh: 'never' }),
  srSte('sr-ste', 'SR-STE 1e-2 (tuned), distilled', { decay: 0.01 }),
  srSte('sr-ste-2e-4', 'SR-STE 2e-4, distilled', { decay: 2e-4 }),
  srSte('sr-ste-plain', 'SR-STE 1e-2 (tuned)', { decay: 0.01, distil: 0 }),
  srSte('sr-ste-2e-4-plain', 'SR-STE 2e-4', { decay: 2e-4, distil: 0 }),
  cast('no-distil', 'CAST without distillation', { distil: 0 }),
  cast('no-scales', 'CAST without scaling', { scales: 0 }),
  cast('coupled', 'CAST, decay inside the gradient (not decoupled)', {}, { coupled: true }),
  cast('constant-rate', 'CAST, constant learning rate', {}, { constantRate: true }),
  cast('no-decay', 'CAST, λ = 0: one cut at the end', { decay: 0 }),
  cast('decay-1e-3', 'CAST, λ = 1e-3', { decay: 1e-3 }),
  cast('decay-3e-3', 'CAST, λ = 3e-3', { decay: 3e-3 }),
  cast('decay-3e-2', 'CAST, λ = 3e-2', { decay: 3e-2 }),
  cast('decay-1e-1', 'CAST, λ = 1e-1', { decay: 0.1 }),
  cast('measured', 'CAST, λ measured (the default)', { decay: 0, measureDecay: true }),
  cast('constant-decay', 'CAST, constant λ', {}, { constantDecay: true }),
  cast('no-refresh', 'CAST, masks of the first step (T₁ = ∞)', { maskEvery: 1000 }),
  cast('beta2', 'CAST, β₂ = 0.999 as the baselines', { beta2: 0.999 }),
  cast('cast-300', 'CAST, 300 steps', {}, { anyBudget: true }, 300),
  srSte('sr-ste-300', 'SR-STE 1e-2, distilled, 300 steps', { decay: 0.01 }, 300),
  ...[600, 1200, 2400].flatMap((steps) => [
    continued(steps, `dense, continued, ${steps} steps`),
    cast(`cast-${steps}`, `CAST, ${steps} steps`, {}, undefined, steps),
  ]),
];
