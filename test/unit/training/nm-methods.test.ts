// SR-STE and CAST on a small network: exact patterns, what is dense in between, and runs that stop and go on.
import { beforeAll, describe, expect, it } from 'vitest';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import type { Recipe } from '../../../core/recipe/recipe';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { Parameters } from '../../../training/executor/parameters';
import { decayBudget, judgeBudget } from '../../../training/methods/cast/budget';
import { castMethod } from '../../../training/methods/cast/method';
import { matrixLayers } from '../../../training/methods/matrix-layers';
import { Adam } from '../../../training/optimizers/adam';
import { AdamS } from '../../../training/optimizers/adam-s';
import { distDir, tinyNet, tinyRecipe } from './support';
import { largestDifference, Trial } from './trial';

const graph = tinyNet();
let data: Dataset;
const trial = new Trial(graph, () => data);

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

const srSte = tinyRecipe('sr-ste', { options: { denseShare: 0.25, maskEvery: 3, distil: 0.3 } });
const cast = tinyRecipe('cast', {
  options: { denseShare: 0.25, maskEvery: 3, fineTuneShare: 0.2 },
  // The scope is two convolutions of a network that has hardly begun: the rate has to reach what their weights are.
  training: { learningRate: 0.05 },
});

const permuted = tinyRecipe('nm-magnitude', {
  options: { denseShare: 0.25, rampShare: 0.3, maskEvery: 3, permute: true },
});

/** Weights that are not zero in each group of four along the inputs. */
async function groupsOf(recipe: Recipe): Promise<Map<string, number[]>> {
  const run = await trial.newRun(recipe);
  await trial.train(run, recipe);
  const { weights } = (await run.checkpoint())!;
  const out = new Map<string, number[]>();
  for (const { param, node, matrix } of matrixLayers(graph)) {
    if (matrix.cols % 4 !== 0) continue;
    const values = toMatrixOrder(graph, node, weights.get(param)!.data as Float32Array);
    const groups = Array.from({ length: values.length / 4 }, (_, g) =>
      values.subarray(4 * g, 4 * g + 4).reduce((n, value) => n + (value === 0 ? 0 : 1), 0),
    );
    out.set(param, groups);
  }
  return out;
}

describe.each([
  ['SR-STE', srSte, [3, 8, 9, 15, 31]],
  ['SR-STE with a fixed mask', tinyRecipe('sr-ste', { options: { refresh: 'never' } }), [20]],
  ['CAST', cast, [3, 8, 9, 15, 25, 26, 27, 31]],
  ['magnitude with channels permuted', permuted, [3, 8, 9, 15]],
])('%s', (_, recipe, stops) => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, stops);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trial.train(await trial.newRun(recipe), recipe);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends with two weights of every four in the layers in question', async () => {
    const groups = await groupsOf(recipe);
    for (const name of ['a.conv.weight', 'b.conv.weight'])
      expect(new Set(groups.get(name)), name).toEqual(new Set([2]));
    // CAST leaves the head dense.
    expect(Math.max(...groups.get('head.weight')!)).toBe(recipe.method === 'cast' ? 4 : 2);
  });
});

describe('magnitude with channels permuted', () => {
  it('computes the same before the first mask, and keeps more of the weights than without', async () => {
    const run = await trial.newRun(permuted);
    await trial.train(run, permuted);
    expect((await run.record()).notice).toBeUndefined();
    const { numbers } = (await run.metrics()).findLast(({ facts }) => facts)!.facts!;
    const [given, kept] = [
      numbers!['share of |w| kept: as given']!,
      numbers!['share of |w| kept: permuted']!,
    ];
    expect(given).toBeGreaterThan(0.6);
    expect(kept).toBeGreaterThan(given);
    // Up to there both runs are one; what is tested next is the same function.
    const plain = { ...permuted, options: { ...permuted.options, permute: false } };
    const other = await trial.newRun(plain);
    await trial.train(other, plain);
    const dense = async (of: typeof run) => {
      const points = (await of.metrics()).filter(({ phase, metrics }) => phase === 'dense' && metrics);
      return points.at(-1)!.metrics!;
    };
    const [ours, theirs] = [await dense(run), await dense(other)];
    expect(ours['accuracy']).toBe(theirs['accuracy']);
    expect(ours['calibrationError']).toBeCloseTo(theirs['calibrationError']!, 6);
  });
});

describe('SR-STE', () => {
  it('computes with masked weights while all of them live on', async () => {
    const run = await trial.newRun(srSte);
    await trial.train(run, srSte, 20);
    const { weights } = (await run.checkpoint())!;
    const values = weights.get('a.conv.weight')!.data;
    expect(values.every((value) => value !== 0)).toBe(true);
    expect((await run.metrics()).at(-1)!.density).toBe(0.5);
    expect((await run.masks()).size).toBe(3);
  });
});

describe('CAST', () => {
  it('never masks in the forward pass: what decays gets smaller by itself, and the last cut costs nothing', async () => {
    const long = { ...cast, training: { ...cast.training, epochs: 12 } };
    const run = await trial.newRun(long);
    await trial.train(run, long);
    const numbers = (await run.metrics()).flatMap(({ facts, phase }) =>
      facts?.numbers && phase === 'decay' ? [facts.numbers] : [],
    );
    const ratio = (at: number) => numbers.at(at)!['mean |w|: decaying']! / numbers.at(at)!['mean |w|: kept']!;
    expect(ratio(0)).toBeGreaterThan(0.2);
    expect(ratio(-1)).toBeLessThan(0.05);
  });

  it('refuses a decay that cannot get there, with the numbers, and keeps the checkpoint', async () => {
    const slow = { ...cast, training: { ...cast.training, learningRate: 1e-5 } };
    const run = await trial.newRun(slow);
    await expect(trial.train(run, slow)).rejects.toThrow(
      /^18 steps of decay move a weight by [\d.e-]+ in all, and half of those to be pruned are larger than 0\.\d+, .*: they would be cut off, not decayed; train longer or raise training\.learningRate$/,
    );
    expect((await run.checkpoint())!.step).toBe(8);
  });

  it('warns where only the largest would be cut off', () => {
    const rates = new Array<number>(1000).fill(1e-3);
    const budget = decayBudget(
      rates,
      Float32Array.from({ length: 1000 }, (_, i) => i / 4000),
    );
    expect(budget.reach).toBeCloseTo(0.5, 2);
    expect(judgeBudget(budget, 1000)).toMatch(/1\d\d\d steps would be enough$/);
    expect(judgeBudget({ ...budget, most: 0.1 }, 1000)).toBeUndefined();
  });
});

describe('AdamS', () => {
  const setUp = (options: Partial<ConstructorParameters<typeof AdamS>[2]> = {}) => {
    const parameters = Parameters.initialise(graph, 3);
    const name = 'head.weight';
    const mask = tf.tidy(() =>
      tf.cast(tf.greater(tf.randomUniform([8, 10], 0, 1, 'float32', 5), 0.5), 'float32'),
    );
    const optimizer = new AdamS(parameters, 0.01, {
      ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, steps: 100, decay: 0.01 },
      maskOf: (of) => (of === name ? mask : undefined),
      ...options,
    });
    const gradient = tf.randomNormal([8, 10], 0, 0.003, 'float32', 7);
    return { parameters, name, mask, optimizer, gradient };
  };

  it('follows the equations, and is Adam for what has no mask', async () => {
    const { parameters, name, mask, optimizer, gradient } = setUp();
    const others = Parameters.initialise(graph, 3);
    const plain = new Adam(others, 0.01, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const bias = tf.ones([10]);
    const [g, keep] = [await gradient.data(), await mask.data()];
    const weights = Float64Array.from(await parameters.variable(name).data());
    const [m, v] = [new Float64Array(80), new Float64Array(80)];
    for (let t = 0; t < 20; t++) {
      optimizer.apply(
        new Map([
          [name, gradient],
          ['head.bias', bias],
        ]),
      );
      plain.apply(new Map([['head.bias', bias]]));
      const alpha = t / 100;
      weights.forEach((w, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        const u = keep[i] ? m[i] : (1 - alpha) * m[i] + alpha * 0.01 * Math.sign(w);
        v[i] = 0.999 * v[i]! + 0.001 * u ** 2;
        const [first, second] = [u / (1 - 0.9 ** (t + 1)), v[i] / (1 - 0.999 ** (t + 1))];
        weights[i] = w - (0.01 * first) / (Math.sqrt(second) + 1e-8);
      });
    }
    const after = await parameters.variable(name).data();
    weights.forEach((w, i) => expect(after[i]).toBeCloseTo(w, 4));
    expect(await parameters.variable('head.bias').data()).toEqual(await others.variable('head.bias').data());
  });

  it('moves what decays towards zero by about the rate a step once decay decides, whatever its gradient', async () => {
    const { parameters, name, mask, optimizer } = setUp({ steps: 50, decay: 0.1 });
    const sizes = Float32Array.from({ length: 80 }, (_, i) => 10 ** (-9 + (i % 5)));
    const tiny = tf.tensor2d(sizes, [8, 10]);
    const far = tf.fill([8, 10], 5);
    parameters.variable(name).assign(far);
    for (let i = 0; i < 60; i++) optimizer.apply(new Map([[name, tiny]]));
    const before = await parameters.variable(name).data();
    optimizer.apply(new Map([[name, tiny]]));
    const after = await parameters.variable(name).data();
    const keep = await mask.data();
    const moved = [...before.keys()].filter((i) => keep[i] === 0).map((i) => before[i]! - after[i]!);
    expect(Math.min(...moved)).toBeGreaterThan(0.008);
    expect(Math.max(...moved)).toBeLessThan(0.02);
  });
});

describe('an ablation of CAST', () => {
  it('decays otherwise, from the same start', async () => {
    const ends = await Promise.all(
      [cast, cast].map(async (recipe, i) => {
        const run = await trial.newRun(recipe);
        await trial.train(run, recipe, Infinity, i === 0 ? undefined : castMethod({ coupled: true }));
        return { dense: await run.savedWeights('dense'), end: (await run.checkpoint())!.weights };
      }),
    );
    const [plain, coupled] = ends as [(typeof ends)[0], (typeof ends)[0]];
    expect(largestDifference(plain.dense, coupled.dense)).toBe(0);
    expect(largestDifference(plain.end, coupled.end)).toBeGreaterThan(1e-3);
  });
});
