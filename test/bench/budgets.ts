// `npm run bench:budgets [seeds]`: which channels go when a model has to get by with a share of its MACs. One threshold over
// scores, as budgets have it, beside the greedy knapsacks that divide a score by what its channel saves.
import path from 'node:path';
import { readModels } from '../../cli/models';
import { formatTable } from '../../cli/table';
import type { ModelReport } from '../../core/analysis/report';
import type { GroupId, PruneGroup } from '../../core/graph/coupling/group';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import { widthCost } from '../../core/graph/width-cost';
import { defaultRecipe } from '../../core/recipe/defaults';
import { type Kept, largest } from '../../core/sparsity/allocators/channels/dial';
import { meetCost } from '../../core/sparsity/allocators/channels/meet-cost';
import { thresholdDial } from '../../core/sparsity/allocators/channels/threshold';
import { criteria } from '../../core/sparsity/criteria/table';
import { wasmDevice } from '../../native/devices/wasm';
import { inputsOf, loadDataset } from '../../training/data/load';
import { Parameters } from '../../training/executor/parameters';
import { cut, scoredGroups } from '../../training/sparsity/prune';
import { calibrationBatches, judged, type Judge, withModel } from '../../training/sparsity/subject';
import { taskOf } from '../../training/tasks/table';
import { recalibrate } from '../../training/trainer/calibrate';
import { Feed } from '../../training/trainer/feed';
import { Model } from '../../training/trainer/model';
import { trainStep } from '../../training/trainer/step';

const distDir = path.resolve(__dirname, '..');
const shares = [0.7, 0.5, 0.3];
const steps = { dense: 120, tune: 40 };

type Scores = ReadonlyMap<GroupId, Float64Array>;
type Order = (graph: ModelGraph, groups: readonly PruneGroup[], scores: Scores, share: number) => Kept;

const orders: Readonly<Record<string, Order>> = {
  'one threshold': (graph, groups, scores, share) =>
    meetCost(graph, thresholdDial(groups, scores, 1), { of: 'macs', share }),
  'of raw scores': knapsack(0),
  'score / √MACs saved': knapsack(0.5),
  'score / MACs saved': knapsack(1),
};

/** The channel goes whose score is least for what it saves, at the widths of the moment, until the share is reached. */
function knapsack(power: number): Order {
  return (graph, groups, scores, share) => {
    const cost = widthCost(graph);
    const all = cost(new Map()).macs;
    const ascending = new Map(groups.map(({ id }) => [id, scores.get(id)!.slice().sort()]));
    const widths = new Map(groups.map(({ id, channels }) => [id, channels]));
    for (let macs = all; macs > share * all;) {
      const choices = groups.flatMap(({ id, channels }) => {
        const width = widths.get(id)!;
        if (width === 1) return [];
        const left = cost(new Map([...widths, [id, width - 1]])).macs;
        return [{ id, left, price: ascending.get(id)![channels - width]! / (macs - left) ** power }];
      });
      const { id, left } = choices.reduce((a, b) => (b.price < a.price ? b : a));
      widths.set(id, widths.get(id)! - 1);
      macs = left;
    }
    return new Map(groups.map(({ id }) => [id, largest(scores.get(id)!, widths.get(id)!)]));
  };
}

/** Adam, with a rate that falls in a line. */
async function trained(
  { graph, weights }: { readonly graph: ModelGraph; readonly weights: Weights },
  judge: Judge,
  { count, rate, seed }: { readonly count: number; readonly rate: number; readonly seed: number },
): Promise<{ readonly weights: Weights; readonly accuracy: number }> {
  const base = defaultRecipe('network-slimming', { file: 'model.py', name: graph.name }).training;
  const training = { ...base, batch: 50, seed };
  const model = new Model(graph, training, weights, (whole) => whole);
  const feed = new Feed(judge.data.train, training);
  try {
    for (let step = 0; step < count; step++) {
      model.optimizer.learningRate = rate * (1 - step / count);
      await trainStep(model.executor, model.optimizer, judge.task, await feed.at(step), {
        seed: seed + step,
      });
    }
    const { accuracy } = await judged(model.executor, judge);
    return { weights: await model.parameters.save(), accuracy: accuracy! };
  } finally {
    model.dispose();
  }
}

async function main(): Promise<void> {
  const seeds = Number(process.argv[2] ?? 3);
  const file = path.join(distDir, '../examples/pytorch/convnet.py');
  const [{ graph }] = (await readModels(file, distDir, new AbortController().signal)) as [ModelReport];
  await wasmDevice(distDir).activate();
  const data = await loadDataset(
    { kind: 'digits', train: 2000, test: 500 },
    { baseFolder: '.', wanted: inputsOf(graph), distDir },
  );
  const judge = { data, task: taskOf(graph, data) };
  const found = new Map<string, { cut: number[]; tuned: number[] }>();
  const dense: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const start = { graph, weights: Parameters.initial(graph, seed) };
    const before = await trained(start, judge, { count: steps.dense, rate: 0.003, seed });
    dense.push(before.accuracy);
    const { weights } = before;
    const batches = await calibrationBatches(data, { batches: 8, batch: 32, seed });
    for (const criterion of ['magnitude', 'bn-scale', 'taylor'].map((id) => criteria.get(id)!)) {
      const { groups, scores } = await withModel(graph, weights, judge, (executor) =>
        scoredGroups({ graph, weights }, criterion, [], {
          ...{ executor, task: judge.task, batches, seed, signal: undefined },
        }),
      );
      for (const share of shares)
        for (const [name, order] of Object.entries(orders)) {
          const small = cut({ graph, weights }, order(graph, groups, scores, share));
          const { accuracy } = await withModel(small.graph, small.weights, judge, (executor) => {
            recalibrate(executor, batches, seed);
            return judged(executor, judge);
          });
          const tuned = await trained(small, judge, { count: steps.tune, rate: 0.001, seed });
          const key = [criterion.id, share, name].join('|');
          const known = found.get(key) ?? { cut: [], tuned: [] };
          found.set(key, known);
          known.cut.push(accuracy!);
          known.tuned.push(tuned.accuracy);
        }
    }
  }
  console.log(
    `convnet on digits, ${seeds} seeds, ${percent(dense)} dense; test accuracy cut and recalibrated → after ${steps.tune} steps of 50`,
  );
  const rows = [...found].map(([key, { cut: cuts, tuned }]) => [
    ...key.split('|'),
    `${percent(cuts)} → ${percent(tuned)}`,
  ]);
  const table = ['magnitude', 'bn-scale', 'taylor'].flatMap((criterion) =>
    shares.map((share) => [
      criterion,
      String(share),
      ...Object.keys(orders).map(
        (name) =>
          rows.find((row) => row[0] === criterion && row[1] === String(share) && row[2] === name)![3]!,
      ),
    ]),
  );
  for (const line of formatTable(['criterion', 'MACs left', ...Object.keys(orders)], table, 'lrrrrr'))
    console.log(line);
}

const percent = (values: readonly number[]): string =>
  `${((100 * values.reduce((sum, value) => sum + value, 0)) / values.length).toFixed(1)} %`;

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
