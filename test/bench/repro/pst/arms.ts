// The arms of PST's reproduction: every one starts from the seed's pre-trained network and a new head.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { Weights } from '../../../../core/graph/tensor';
import type { Recipe } from '../../../../core/recipe/recipe';
import { elementsOf } from '../../../../core/sparsity/mask';
import type { Dataset } from '../../../../training/data/dataset';
import { Parameters } from '../../../../training/executor/parameters';
import { dense } from '../../../../training/methods/dense';
import type { Method } from '../../../../training/methods/method';
import { pstMethod } from '../../../../training/methods/pst/method';
import type { Lab, Outcome } from '../lab';
import type { Arm, Readings } from '../reproduction';
import { magnitude, movement, scores } from './full-pruning';
import { finetuning, pretraining } from './latents';
import { measured } from './measured';
import { pretrain } from './pretrain';

const file = 'test/bench/repro/pst/mlp.py';

/** Epochs of 37 steps: 296 of them, and 592. */
const [short, long] = [8, 16];
/** Rates of a new head, and of movement pruning's scores. */
const [headRate, scoreRate] = [1e-3, 1e-2];

const adapted = ['body.0.weight', 'body.2.weight', 'body.4.weight'] as const;
const isHead = (name: string): boolean => name.startsWith('head.');

interface Begun {
  readonly graph: ModelGraph;
  readonly data: Dataset;
  readonly weights: Weights;
}

function pretrained(lab: Lab): Promise<Weights> {
  return lab.sharedWeights('pretrained', async () => {
    const [graph, data] = [await lab.graph(file, 'pretrained'), pretraining(lab.seed)];
    const { weights } = await lab.train({
      ...{ name: 'pretrained', graph, data, method: pretrain },
      // 93 steps an epoch: 1209.
      training: {
        ...{ epochs: 13, batch: 64, optimizer: 'adam', learningRate: 1e-3 },
        ...{ weightDecay: 1e-4, schedule: 'constant', warmUp: 0 },
      },
    });
    return weights;
  });
}

async function begun(lab: Lab): Promise<Begun> {
  const [graph, before] = [await lab.graph(file, 'finetuned'), await pretrained(lab)];
  const weights = Parameters.initial(graph, lab.seed);
  for (const name of weights.keys()) if (!isHead(name)) weights.set(name, before.get(name)!);
  return { graph, data: finetuning(lab.seed), weights };
}

interface Wanted {
  readonly method: Method;
  readonly rate: number;
  readonly sparsity?: number;
  readonly epochs?: number;
  readonly options?: Recipe['options'];
}

async function tuned(
  lab: Lab,
  { method, rate, sparsity, epochs = short, options }: Wanted,
): Promise<Readings> {
  const start = await begun(lab);
  const shareOf = (name: string) =>
    (isHead(name) ? headRate : name.startsWith(scores) ? scoreRate : rate) / rate;
  const outcome = await lab.train({
    ...start,
    method: measured(method, start.data, shareOf),
    ...{ sparsity, options },
    training: {
      ...{ epochs, batch: 32, optimizer: 'adam', learningRate: rate },
      ...{ weightDecay: 0, schedule: 'linear', warmUp: 0, floor: 0 },
    },
  });
  // As plain weights in a plain model.
  const { accuracy: plain } = await lab.evaluate(outcome.graph, outcome.weights, start.data);
  return { ...(await readings(outcome, sparsity)), plain: plain! };
}

async function readings({ result, run, weights }: Outcome, sparsity?: number): Promise<Readings> {
  const numbers = (await run.metrics()).findLast(({ facts }) => facts?.numbers)?.facts?.numbers ?? {};
  const { optimizer } = (await run.checkpoint())!;
  const moments = [...optimizer].filter(([name]) => /^[mv]\//.test(name));
  const learnt = moments.filter(([name]) => name.startsWith('m/') && !isHead(name.slice(2)));
  const count = (of: typeof moments) => of.reduce((sum, [, { data }]) => sum + data.length, 0);
  const misfit = adapted.map((name) => {
    const { data, shape } = weights.get(name)!;
    const zeros = (data as Float32Array).filter((value) => value === 0).length;
    return Math.abs(zeros - Math.floor(elementsOf(shape) * (sparsity ?? 0) + 1e-6));
  });
  const of = (key: string, name: string) => (numbers[name] === undefined ? {} : { [key]: numbers[name] });
  return {
    accuracy: result.accuracy,
    trainable: count(learnt),
    bytes: 4 * count(moments),
    misfit: Math.max(...misfit),
    ...of('said', 'trainable parameters'),
    ...of('ofMovement', 'trainable: of what movement pruning trains'),
    ...of('apart', 'logits apart'),
    ...of('energy', 'scores: in 8 singular values'),
    ...of('energyShuffled', 'shuffled: in 8 singular values'),
    ...of('additive', 'scores: in means of rows and columns'),
    ...of('additiveShuffled', 'shuffled: in means of rows and columns'),
  };
}

const before: Arm = {
  id: 'pretrained',
  title: 'pre-trained: how often it tells a, and b',
  run: async (lab) => {
    const weights = await pretrained(lab);
    const graph = await lab.graph(file, 'pretrained');
    const flipped = { ...graph, outputs: [...graph.outputs].reverse() };
    return {
      a: (await lab.evaluate(graph, weights, pretraining(lab.seed)))['accuracy']!,
      b: (await lab.evaluate(flipped, weights, pretraining(lab.seed, 'b')))['accuracy']!,
    };
  },
};

const ranks = (rank: number) => ({ denseShare: 0, scope: 'all', weightRank: rank, maskRank: rank });

/** Rank 4 at a rate of 5e-3, the specification's, unless said otherwise. */
const pst = (
  id: string,
  title: string,
  options: Recipe['options'] = {},
  { method = pstMethod(), ...changes }: Partial<Wanted> = {},
): Arm => ({
  id,
  title,
  run: (lab) =>
    tuned(lab, { method, rate: 5e-3, sparsity: 0.9, options: { ...ranks(4), ...options }, ...changes }),
});

const full = (id: string, title: string, method: Method, rate: number, sparsity?: number): Arm => ({
  id,
  title,
  run: (lab) => tuned(lab, { method, rate, ...(sparsity === undefined ? {} : { sparsity }) }),
});

export const arms: readonly Arm[] = [
  before,
  full('dense', 'fine-tuned dense, 1e-3', dense, 1e-3),
  pst('pst', 'PST, rank 4'),
  pst('no-ab', 'without A B', { alpha1: 0 }),
  pst('no-rc', 'without R + C', { alpha2: 0 }),
  pst('data-free', 'scores are sizes alone', { alpha1: 0, alpha2: 0 }),
  pst('no-size', 'no |W̃| in the score', {}, { method: pstMethod({ noMagnitude: true }) }),
  pst('no-uv', 'weights stay, masks and head learn', { beta: 0 }),
  pst('pst-8', 'PST, rank 8', ranks(8)),
  pst('detached', '|W̃| of the score off the tape', { detachMagnitude: true }),
  pst('every-10', 'masks every 10 steps', { maskEvery: 10 }),
  full('magnitude', 'magnitude pruning, 1e-3', magnitude, 1e-3, 0.9),
  full('magnitude-3', 'magnitude pruning, 3e-3', magnitude, 3e-3, 0.9),
  full('movement', 'movement pruning, 1e-3', movement, 1e-3, 0.9),
  full('movement-3', 'movement pruning, 3e-3', movement, 3e-3, 0.9),
  pst('pst-long', 'PST, 592 steps, 3e-3', {}, { epochs: long, rate: 3e-3 }),
  pst(
    'data-free-long',
    'sizes alone, 592 steps, 3e-3',
    { alpha1: 0, alpha2: 0 },
    { epochs: long, rate: 3e-3 },
  ),
  pst('pst-half', '50 %: PST, rank 4', {}, { sparsity: 0.5 }),
  full('magnitude-half', '50 %: magnitude pruning, 1e-3', magnitude, 1e-3, 0.5),
  full('movement-half', '50 %: movement pruning, 1e-3', movement, 1e-3, 0.5),
];
