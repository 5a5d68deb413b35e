// Reproduction on MNIST: dense against 2:4 and channel pruning, with the ablations that must hurt. `npm run bench:mnist`.
// Every arm gets the same data, batches, learning rates and number of steps. Arguments: seeds (default 1 2 3).
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { graphCost } from '../../core/graph/cost';
import type { ModelGraph } from '../../core/graph/model-graph';
import { defaultRecipe } from '../../core/recipe/defaults';
import type { Recipe } from '../../core/recipe/recipe';
import type { RunResult } from '../../core/runs/run-record';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import type { Dataset } from '../../training/data/dataset';
import { Batches } from '../../training/data/batches';
import { requireInputs } from '../../training/data/fit';
import { inputsOf, loadDataset } from '../../training/data/load';
import { seeded, seedFor } from '../../training/executor/random';
import { dense } from '../../training/methods/dense';
import type { Method } from '../../training/methods/method';
import { networkSlimming, slimmingMethod } from '../../training/methods/network-slimming/method';
import { nmMagnitude, nmMethod } from '../../training/methods/nm-magnitude/method';
import { keptMap } from '../../training/runs/dense-view';
import { RunWriter } from '../../training/runs/run-writer';
import { taskOf } from '../../training/tasks/table';
import { tensorOf } from '../../training/trainer/batches-of';
import { Model } from '../../training/trainer/model';
import { totalStepsOf, train } from '../../training/trainer/train';

const distDir = path.resolve(__dirname, '..');
const example = path.resolve(distDir, '../examples/pytorch/convnet.py');
const mnist = process.env['ESPALIER_MNIST'] ?? path.resolve(distDir, '../../shared/data/mnist');

interface Arm {
  readonly name: string;
  readonly recipe: string;
  /** The ablations draw by chance, from the seed. */
  method(seed: number): Method;
  /** Trains the graph that this arm ended with, from new weights. */
  readonly shapeOf?: string;
}

const arms: readonly Arm[] = [
  { name: 'dense', recipe: 'nm-magnitude', method: () => dense },
  { name: '2:4 magnitude', recipe: 'nm-magnitude', method: () => nmMagnitude },
  { name: '2:4 at random', recipe: 'nm-magnitude', method: randomMasks },
  { name: 'channels by BN scale', recipe: 'network-slimming', method: () => networkSlimming },
  { name: 'channels at random', recipe: 'network-slimming', method: randomChannels },
  {
    name: 'narrow from scratch',
    recipe: 'network-slimming',
    method: () => dense,
    shapeOf: 'channels by BN scale',
  },
];

/** The same places on every mask update, so that only the choice differs and not its steadiness. */
function randomMasks(seed: number): Method {
  return nmMethod((weights, { param }) => {
    const random = seeded(seedFor(seed, param));
    return weights.map(() => random.next());
  });
}

/** The widths that the scales ask for; which channels stay is chance. */
function randomChannels(seed: number): Method {
  return slimmingMethod((scores, width, { id }) => {
    const random = seeded(seedFor(seed, id));
    const order = Array.from(scores, (_, channel) => ({ channel, draw: random.next() }));
    order.sort((a, b) => a.draw - b.draw);
    return Uint32Array.from(order.slice(0, width), ({ channel }) => channel).sort();
  });
}

interface Outcome extends RunResult {
  /** Test accuracy of the dense weights with this arm's pruning, statistics re-estimated, nothing trained. */
  readonly oneShot: number | undefined;
  readonly graph: ModelGraph;
}

async function main(): Promise<void> {
  const seeds = process.argv.slice(2).map(Number);
  if (seeds.length === 0) seeds.push(1, 2, 3);
  const graph = await exampleGraph();
  const data = await loadDataset(
    { kind: 'idx', folder: mnist, test: 2000 },
    { baseFolder: '/', wanted: inputsOf(graph) },
  );
  requireInputs(graph, data);
  await wasmDevice(distDir).activate();
  console.log(`${graph.name} on ${data.name}, seeds ${seeds.join(', ')}\n`);
  const outcomes = new Map<string, Outcome[]>(arms.map(({ name }) => [name, []]));
  for (const seed of seeds) {
    for (const arm of arms) {
      const shape = arm.shapeOf === undefined ? graph : outcomes.get(arm.shapeOf)!.at(-1)!.graph;
      const outcome = await runArm(arm, shape, data, seed);
      outcomes.get(arm.name)!.push(outcome);
      const { accuracy, seconds } = outcome;
      console.error(`seed ${seed}  ${arm.name.padEnd(22)} ${percent(accuracy)}  ${seconds.toFixed(1)} s`);
    }
  }
  print(outcomes, graph);
}

async function runArm(arm: Arm, graph: ModelGraph, data: Dataset, seed: number): Promise<Outcome> {
  const base = defaultRecipe(arm.recipe, { file: example, name: graph.name });
  const recipe: Recipe = { ...base, training: { ...base.training, seed, checkpointEvery: 1_000_000 } };
  const folder = await mkdtemp(path.join(tmpdir(), 'espalier-mnist-'));
  const run = await RunWriter.create(folder, {
    recipe,
    graph,
    baseFolder: folder,
    device: { id: 'wasm', name: 'WASM' },
    totalSteps: totalStepsOf(recipe, data),
  });
  try {
    const signal = new AbortController().signal;
    const result = (await train({ method: arm.method(seed), recipe, graph, data, run, signal }))!;
    const oneShot = result.sparsity > 0 ? await pruneOnly(run, recipe, data) : undefined;
    return { ...result, oneShot, graph: (await run.sparseModel()).graph };
  } finally {
    await run.release();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The run's dense weights with its masks or without its removed channels, and BatchNorm's statistics re-estimated on
 * training batches: what the criterion alone is worth, before fine-tuning makes up for a bad one.
 */
async function pruneOnly(run: RunWriter, recipe: Recipe, data: Dataset): Promise<number> {
  const { graph, weights } = await run.denseModel();
  const model = new Model(graph, recipe.training, weights);
  try {
    const kept = await run.kept();
    if (kept) await model.shrink(keptMap(kept));
    else for (const [name, mask] of await run.masks()) model.setMask(name, mask);
    const batches = new Batches(data.train.count, recipe.training.batch, recipe.training.seed);
    for (let step = 0; step < 50; step++) {
      const taken = await data.train.take(batches.at(step));
      tf.tidy(() => model.executor.forward(taken.inputs.map(tensorOf), { training: true }));
    }
    return (await taskOf(model.graph, data).evaluate(model.executor, data))!['accuracy']!;
  } finally {
    model.dispose();
  }
}

async function exampleGraph(): Promise<ModelGraph> {
  const frontend = createPythonFrontend({ distDir });
  try {
    const text = await readFile(example, 'utf8');
    const { models } = await frontend.trace({ file: example, text }, new AbortController().signal);
    const model = models.find(({ graph }) => graph.name === 'convnet');
    if (!model) throw new Error(`${example} holds no model convnet`);
    return model.graph;
  } finally {
    await frontend.dispose();
  }
}

function print(outcomes: ReadonlyMap<string, readonly Outcome[]>, graph: ModelGraph): void {
  const baseline = mean(outcomes.get('dense')!.map(({ accuracy }) => accuracy));
  const dense = graphCost(graph).flops;
  console.log(
    '| arm | test accuracy | to dense | pruned, not trained | weights pruned | FLOPs removed | seconds |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const [name, list] of outcomes) {
    const accuracy = list.map((outcome) => outcome.accuracy);
    const oneShot = list.flatMap((outcome) => outcome.oneShot ?? []);
    const removed = mean(list.map(({ flops }) => 1 - flops.sparse / dense));
    const cells = [
      name,
      `${percent(mean(accuracy))} ± ${(100 * spread(accuracy)).toFixed(2)}`,
      name === 'dense' ? '' : `${(100 * (mean(accuracy) - baseline)).toFixed(2)} points`,
      oneShot.length === 0 ? '' : `${percent(mean(oneShot))} ± ${(100 * spread(oneShot)).toFixed(2)}`,
      percent(mean(list.map(({ sparsity }) => sparsity))),
      percent(removed),
      mean(list.map(({ seconds }) => seconds)).toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
/** Standard deviation over seeds (n − 1). */
const spread = (values: readonly number[]): number =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1));
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
