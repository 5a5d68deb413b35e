// The arms of MaskSparsity's reproduction: every one starts from the seed's baseline, and most cut by the same mask.
import { findGroups } from '../../../../core/graph/coupling/groups';
import type { GroupId, PruneGroup } from '../../../../core/graph/coupling/group';
import { graphCost } from '../../../../core/graph/cost';
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { Weights } from '../../../../core/graph/tensor';
import type { Recipe } from '../../../../core/recipe/recipe';
import type { Dataset } from '../../../../training/data/dataset';
import { seeded, seedFor } from '../../../../training/executor/random';
import { type Ablation, maskSparsityMethod } from '../../../../training/methods/mask-sparsity/method';
import type { Lab, Outcome } from '../lab';
import type { Arm, Readings } from '../reproduction';
import { batch, gratings, stepsPerEpoch } from './gratings';
import { identityError } from './identity';
import { fineTuneRate, plain, rate } from './plain';
import { watched } from './watched';

const file = 'test/bench/repro/mask-sparsity/cnn.py';

/** Steps of the baseline and of each sparse stage, and of the fine-tuning. */
const [stage, tuning] = [200, 100];

/** A network and the share of its channels that goes. */
interface Net {
  readonly name: 'narrow' | 'wide';
  readonly quantile: number;
}

const narrow: Net = { name: 'narrow', quantile: 0.4 };
const wide: Net = { name: 'wide', quantile: 0.5 };

interface Begun {
  readonly graph: ModelGraph;
  readonly data: Dataset;
  readonly weights: Weights;
}

const training = (steps: number) => ({ epochs: steps / stepsPerEpoch, batch });

async function begun(lab: Lab, { name }: Net): Promise<Begun> {
  const [graph, data] = [await lab.graph(file, name), gratings(lab.seed)];
  const weights = await lab.sharedWeights(name, async () => {
    const baseline = { name: 'baseline', graph, data, method: plain([[stage, rate]]) };
    return (await lab.train({ ...baseline, training: training(stage) })).weights;
  });
  return { graph, data, weights };
}

/** λ 0.1, which can move a scale by 5.3 in a stage; half or 40 % of the channels, a quarter of each layer staying. */
const options = (net: Net): { sparsity: number; options: Recipe['options'] } => ({
  sparsity: net.quantile,
  options: {
    ...{ maskSource: 'global-sparse', threshold: 'quantile', minShare: 0.25, lambda: 0.1 },
    ...{ baselineShare: 0, sparseShare: stage / (2 * stage + tuning), rate, fineTuneRate },
  },
});

async function sparse(
  lab: Lab,
  net: Net,
  ablation: Ablation = {},
  changes: Recipe['options'] = {},
  steps = 2 * stage + tuning,
): Promise<Outcome> {
  const start = await begun(lab, net);
  const { sparsity, options: own } = options(net);
  return lab.train({
    ...start,
    method: watched(maskSparsityMethod(ablation), start.data),
    ...{ sparsity, options: { ...own, ...changes }, training: training(steps) },
  });
}

async function readings({ result, run, graph, weights }: Outcome): Promise<Record<string, number>> {
  const numbers = (await run.metrics()).findLast(({ facts }) => facts?.numbers)!.facts!.numbers!;
  const of = (name: string) => numbers[name]!;
  return {
    loss: of('before the cut: train loss'),
    before: of('before the cut: accuracy'),
    kept: of('before the cut: kept |γ|'),
    doomed: of('before the cut: doomed |γ|'),
    largest: of('before the cut: largest doomed |γ|'),
    cut: of('after the cut: accuracy'),
    finetuned: result.accuracy,
    iou: of('mask IoU'),
    flops: 1 - result.flops.sparse / result.flops.dense,
    params: 1 - result.params.sparse / result.params.dense,
    misfit: misfit(await run.graph(), (await run.kept())!, graph, weights),
  };
}

/** MACs and weights that the smaller network has, and those that the mask foretells by hand, apart. */
function misfit(
  dense: ModelGraph,
  kept: Readonly<Record<GroupId, readonly number[]>>,
  graph: ModelGraph,
  weights: Weights,
): number {
  const groups = findGroups(dense);
  const convs = dense.nodes.filter(({ op }) => op === 'conv2d').map(({ params }) => params['weight']!);
  const [a, b, c] = convs.map((weight) => {
    const made = groups.find(({ members }) => members.some((m) => m.param === weight && m.role === 'out'))!;
    return kept[made.id]?.length ?? made.channels;
  }) as [number, number, number];
  const macs = 9 * (144 * a + 36 * a * b + 9 * b * c) + 8 * c;
  const sizes = [9 * a, 9 * a * b, 9 * b * c];
  const wrong = convs.map((weight, i) => Math.abs(weights.get(weight)!.data.length - sizes[i]!));
  return Math.abs(graphCost(graph).macs - macs) + wrong.reduce((sum, value) => sum + value, 0);
}

const arm = (id: string, title: string, net: Net, ablation?: Ablation, changes?: Recipe['options']): Arm => ({
  id,
  title,
  run: async (lab) => readings(await sparse(lab, net, ablation, changes)),
});

/** As many channels of each group, any of them. */
const anyChannels =
  (seed: number): NonNullable<Ablation['choose']> =>
  (kept, groups: readonly PruneGroup[]) => {
    const random = seeded(seedFor(seed, 'random mask'));
    return new Map(
      groups.map(({ id, channels }) => {
        const drawn = Array.from({ length: channels }, (_, channel) => [random.next(), channel] as const);
        const order = drawn.sort(([x], [y]) => x - y).map(([, channel]) => channel);
        return [id, Uint32Array.from(order.slice(0, kept.get(id)!.length)).sort()];
      }),
    );
  };

const baseline: Arm = {
  id: 'baseline',
  title: 'baseline, not pruned',
  run: async (lab): Promise<Readings> => {
    const { graph, data, weights } = await begun(lab, narrow);
    return { finetuned: (await lab.evaluate(graph, weights, data))['accuracy']! };
  },
};

const continued: Arm = {
  id: 'continued',
  title: 'baseline trained on, not pruned',
  run: async (lab): Promise<Readings> => {
    const start = await begun(lab, narrow);
    const method = plain([...[stage, stage].map((steps) => [steps, rate] as const), [tuning, fineTuneRate]]);
    const { result } = await lab.train({ ...start, method, training: training(2 * stage + tuning) });
    return { finetuned: result.accuracy };
  },
};

/** The smaller network with as many updates as MaskSparsity has in all, its baseline among them. */
const scratch: Arm = {
  id: 'scratch',
  title: 'the pruned network from scratch',
  run: async (lab): Promise<Readings> => {
    const { graph } = await sparse(lab, narrow);
    const method = plain([
      ...[stage, stage, stage].map((steps) => [steps, rate] as const),
      [tuning, fineTuneRate],
    ]);
    const { result } = await lab.train({
      ...{ name: 'scratch', graph, data: gratings(lab.seed), method },
      training: training(3 * stage + tuning),
    });
    return { finetuned: result.accuracy };
  },
};

const masked: Arm = {
  id: 'masked',
  title: 'MaskSparsity',
  run: async (lab) => {
    const start = await begun(lab, narrow);
    const outcome = await sparse(lab, narrow);
    return {
      ...(await readings(outcome)),
      identity: await identityError(start, (await outcome.run.kept())!),
    };
  },
};

export const arms: readonly Arm[] = [
  baseline,
  continued,
  masked,
  arm('global', 'penalty on all scales, same mask (slimming)', narrow, { pulled: 'all' }),
  arm('none', 'no penalty, same mask', narrow, { pulled: 'none' }),
  arm('goes-on', 'MaskSparsity going on from the globally sparse weights', narrow, { goesOn: true }),
  {
    id: 'random',
    title: 'random mask of the same counts',
    run: async (lab) => readings(await sparse(lab, narrow, { choose: anyChannels(lab.seed) })),
  },
  {
    id: 'uniform',
    title: 'uniform mask',
    run: async (lab) =>
      readings(
        await sparse(
          ...([lab, narrow, {}] as const),
          { maskSource: 'uniform', sparseShare: stage / (stage + tuning) },
          stage + tuning,
        ),
      ),
  },
  scratch,
  arm('inverted', 'penalty on the channels that stay', narrow, { pulled: 'kept' }),
  arm('weak', 'λ = 0.018: a budget of 0.96', narrow, { anyBudget: true }, { lambda: 0.018 }),
  arm('half', 'λ = 0.05: a budget of 2.7', narrow, {}, { lambda: 0.05 }),
  arm('raw', 'statistics not measured anew after the cut', narrow, {}, { recalibrate: 0, compensate: false }),
  arm('uncompensated', 'β not compensated', narrow, {}, { compensate: false }),
  arm('wide-masked', 'wide: MaskSparsity', wide),
  arm('wide-global', 'wide: penalty on all scales', wide, { pulled: 'all' }),
  arm('wide-none', 'wide: no penalty', wide, { pulled: 'none' }),
];
