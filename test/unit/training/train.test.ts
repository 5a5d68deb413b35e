// Real runs of a few steps on the embedded device: what they leave behind, and that a stopped run goes on as if it had not.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import type { Recipe, TrainingSpec } from '../../../core/recipe/recipe';
import { unpackMask } from '../../../core/sparsity/mask';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { dense } from '../../../training/methods/dense';
import type { Method } from '../../../training/methods/method';
import { matrixLayers } from '../../../training/methods/matrix-layers';
import { methods } from '../../../training/methods/table';
import { MaskPages } from '../../../training/runs/mask-pages';
import { RunFolder } from '../../../training/runs/run-folder';
import { distDir, tinyNet, tinyRecipe } from './support';
import { largestDifference, Trial } from './trial';

const graph = tinyNet();
let data: Dataset;

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

const nm = tinyRecipe('nm-magnitude', { options: { maskEvery: 2 } });
const slimming = tinyRecipe('network-slimming', { options: { roundTo: 2 } });
/** Every setting that has state or randomness of its own. */
const everything: Partial<TrainingSpec> = {
  optimizer: 'adamw',
  schedule: 'step',
  ...{ weightDecay: 0.02, dropEvery: 1, warmUp: 3 },
  ...{ clipNorm: 1, clipValue: 0.5, accumulate: 3, average: 0.9, labelSmoothing: 0.1 },
};
const averagedNm = tinyRecipe('nm-magnitude', { options: { maskEvery: 2 }, training: everything });
const averagedSlimming = tinyRecipe('network-slimming', {
  options: { roundTo: 2 },
  training: { ...everything, optimizer: 'sgd', momentum: 0.8, nesterov: true },
});

const trial = new Trial(graph, () => data);
const newRun = (recipe: Recipe) => trial.newRun(recipe);
const trainTo = (...args: Parameters<Trial['train']>) => trial.train(...args);

describe.each([
  ['2:4 magnitude', nm, [3, 10, 15, 16, 21, 25, 31]],
  ['network slimming', slimming, [5, 12, 13, 14, 30]],
  ['2:4 magnitude with everything else', averagedNm, [3, 15, 21, 31]],
  ['network slimming with everything else', averagedSlimming, [5, 13, 14]],
])('a run of %s', (_, recipe, stops) => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, stops);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trainTo(await newRun(recipe), recipe);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('2:4 magnitude on the device', () => {
  it('ends with two zeros in every four, in the weights themselves, and masks that say the same', async () => {
    const run = await newRun(nm);
    const result = await trainTo(run, nm);
    const folder = await RunFolder.open(run.folder);
    const { weights } = await folder.sparseModel();
    const masks = await folder.masks();
    expect([...masks.keys()]).toEqual(['a.conv.weight', 'b.conv.weight', 'head.weight']);
    for (const { param, node } of matrixLayers(graph)) {
      const mask = masks.get(param);
      if (!mask) continue;
      const values = toMatrixOrder(graph, node, weights.get(param)!.data as Float32Array);
      const keep = unpackMask(mask);
      for (let g = 0; g < values.length; g += 4) {
        const zeros = [0, 1, 2, 3].filter((i) => values[g + i] === 0);
        expect(zeros).toEqual([0, 1, 2, 3].filter((i) => keep[g + i] === 0));
        expect(zeros).toHaveLength(2);
      }
    }
    expect(result).toMatchObject({ sparsity: 0.5, flops: { dense: result!.flops.sparse } });
    expect(result!.params.dense - result!.params.sparse).toBe((2 * 8 * 8 * 9 + 80) / 2);
    const dense = await folder.denseModel();
    expect(dense.weights.get('a.conv.weight')!.data.every((value) => value !== 0)).toBe(true);
  });
});

describe('network slimming on the device', () => {
  it('ends with a smaller model that fits its graph, and shows what is gone', async () => {
    const run = await newRun(slimming);
    const result = await trainTo(run, slimming);
    const folder = await RunFolder.open(run.folder);
    const sparse = await folder.sparseModel();
    for (const { name, shape } of Object.values(sparse.graph.params))
      expect(sparse.weights.get(name)!.shape).toEqual(shape);
    expect(graphCost(sparse.graph).flops / graphCost(graph).flops).toBeLessThanOrEqual(0.5);
    expect(result!.params.sparse).toBe(graphCost(sparse.graph).params);
    const pages = new MaskPages();
    const layers = await pages.layers(folder);
    const width = sparse.graph.params['a.conv.weight']!.shape[0]!;
    const a = layers.find(({ param }) => param === 'a.conv.weight')!;
    expect([a.rows, a.cols, a.keptRows!.filter(Boolean).length]).toEqual([8, 72, width]);
    // Every weight of the smaller model stands where it stood in the dense one, the rest is zero.
    const window = { row: 0, col: 0, rows: 8, cols: 72, stride: 1, folder: run.folder, param: a.param };
    const page = await pages.page(folder, window);
    const shown = new Float32Array(new Uint8Array(Buffer.from(page.weights!, 'base64')).buffer);
    const node = sparse.graph.nodes.find(({ params }) => params['weight'] === a.param)!;
    const left = toMatrixOrder(sparse.graph, node, sparse.weights.get(a.param)!.data as Float32Array);
    expect([...shown].filter((value) => value !== 0)).toEqual([...left]);
    const cells = Buffer.from(page.density, 'base64');
    shown.forEach((value, i) => expect(value !== 0).toBe(cells[i] === 255));
  });
});

describe('mask pages', () => {
  it('average cells, cut at the edge, and refuse what is no window', async () => {
    const run = await newRun(nm);
    await trainTo(run, nm);
    const folder = await RunFolder.open(run.folder);
    const pages = new MaskPages();
    const ask = (change: object) =>
      pages.page(folder, {
        ...{ folder: run.folder, param: 'a.conv.weight', row: 0, col: 0, rows: 8, cols: 72, stride: 4 },
        ...change,
      });
    const whole = await ask({});
    expect([whole.rows, whole.cols, whole.weights]).toEqual([2, 18, undefined]);
    // Cells of 4×4 hold whole groups of four, so each is half full.
    expect(new Set(Buffer.from(whole.density, 'base64'))).toEqual(new Set([128]));
    const edge = await ask({ row: 6, col: 70, rows: 100, cols: 100, stride: 1 });
    expect([edge.rows, edge.cols]).toEqual([2, 2]);
    await expect(ask({ row: 8 })).rejects.toThrow(
      'no window of 8×72 at 8, 0 with stride 4 in a matrix of 8×72',
    );
    await expect(ask({ stride: 0 })).rejects.toThrow(/no window/);
    await expect(ask({ param: 'x' })).rejects.toThrow('tiny has no weight matrix x');
    const layers = await pages.layers(folder);
    expect(layers.map(({ path, density, groupSize }) => [path, density, groupSize])).toEqual([
      ['stem.conv', 1, undefined],
      ['a.conv', 0.5, 4],
      ['b.conv', 0.5, 4],
      ['head', 0.5, 4],
    ]);
  });
});

describe('training', () => {
  it('learns: the loss of the dense baseline falls and it beats chance', async () => {
    const recipe = tinyRecipe('nm-magnitude', { training: { epochs: 20, learningRate: 0.02 } });
    const run = await newRun(recipe);
    const result = await trainTo(run, recipe, Infinity, dense);
    const losses = (await run.metrics()).flatMap(({ loss }) => loss ?? []);
    expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
    expect(result!.accuracy).toBeGreaterThan(0.3);
    expect(result!.sparsity).toBe(0);
    expect((await run.denseModel()).weights.size).toBe(Object.keys(graph.params).length);
  });

  it('ends in one line when the loss is no number, and keeps the last good checkpoint', async () => {
    const recipe = tinyRecipe('nm-magnitude', {
      training: { learningRate: 10, optimizer: 'sgd', checkpointEvery: 1 },
    });
    const run = await newRun(recipe);
    // Scales this large overflow float32 within steps.
    const huge = { ...recipe, training: { ...recipe.training, learningRate: 1e30 } };
    await expect(trainTo(run, huge)).rejects.toThrow(
      /no longer a number at step \d+ \(learning rate .*\): lower training\.learningRate; (the checkpoint of step \d+ is kept|there is no checkpoint yet)$/,
    );
    const saved = await run.checkpoint();
    for (const { data: values } of saved?.weights.values() ?? [])
      expect(values.every(Number.isFinite)).toBe(true);
  });

  it('ends in one line that says what to do when memory runs out, and keeps the checkpoint', async () => {
    const recipe = tinyRecipe('nm-magnitude');
    const run = await newRun(recipe);
    const usual = methods.get('nm-magnitude')!;
    const hungry: Method = {
      ...usual,
      prepare: (plan) => ({
        ...usual.prepare(plan),
        beforeStep: () => Promise.resolve(),
        // As TensorFlow says it, in the middle of a step.
        penalty: (step) => (step < 6 ? undefined : fail),
      }),
    };
    const fail = () => {
      throw new Error('OOM when allocating tensor with shape[16,8,28,28] and type float');
    };
    const before = tf.memory().numTensors;
    await expect(trainTo(run, recipe, Infinity, hungry)).rejects.toThrow(
      /^step 6 needed more memory than WASM has; try training\.batch 8, or training\.accumulate 2 for the same steps with less memory; the checkpoint of step 4 is kept$/,
    );
    expect(tf.memory().numTensors).toBe(before);
    expect((await run.checkpoint())!.step).toBe(4);
    // The device is as good as before.
    expect(await trainTo(run, recipe)).toBeDefined();
  });

  it('hands on the average of weights where the recipe asks for one, masks held', async () => {
    const recipe = tinyRecipe('nm-magnitude', { training: { average: 0.95 } });
    const [run, plain] = [await newRun(recipe), await newRun(nm)];
    await trainTo(run, recipe);
    await trainTo(plain, nm);
    const { weights, optimizer } = (await run.checkpoint())!;
    const [handed, own] = [weights.get('a.conv.weight')!.data, optimizer.get('own/a.conv.weight')!.data];
    expect(handed).not.toEqual(own);
    handed.forEach((value, i) => expect(value === 0).toBe(own[i] === 0));
    expect(handed.filter((value) => value === 0)).toHaveLength(handed.length / 2);
    expect([...(await plain.checkpoint())!.optimizer.keys()].some((key) => key.startsWith('own/'))).toBe(
      false,
    );
  });

  it('goes on from the checkpoint before when the last is damaged, to the same weights', async () => {
    const [run, straight] = [await newRun(nm), await newRun(nm)];
    await trainTo(run, nm, 13);
    writeFileSync(run.path('checkpoint'), readFileSync(run.path('checkpoint')).subarray(0, -100));
    expect((await run.newest())!.notice).toMatch(/gone on from the one before, of step 12$/);
    await trainTo(run, nm);
    await trainTo(straight, nm);
    const [a, b] = [(await straight.checkpoint())!, (await run.checkpoint())!];
    expect(largestDifference(a.weights, b.weights)).toBe(0);
    expect(largestDifference(a.optimizer, b.optimizer)).toBe(0);
  });

  it('says so when no checkpoint can be read, and leaves them as they were', async () => {
    const run = await newRun(nm);
    await trainTo(run, nm, 5);
    writeFileSync(run.path('checkpoint'), 'no');
    rmSync(run.path('previous'), { force: true });
    await expect(trainTo(run, nm)).rejects.toThrow(/^checkpoint\.safetensors in .* cannot be used/);
    expect(readFileSync(run.path('checkpoint'), 'utf8')).toBe('no');
  });
});
