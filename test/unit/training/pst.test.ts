// PST on a small network of linear layers: exact density, frozen weights, runs that stop and go on, plain weights at the end.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { Parameters } from '../../../training/executor/parameters';
import { Factors } from '../../../training/methods/pst/factors';
import { tinyMlp, tinyRecipe } from './tiny';
import { largestDifference, Trial } from './trial';

const graph = tinyMlp();
const weights = Parameters.initial(graph, 3);
let data: Dataset;
let trial: Trial;
beforeAll(async () => {
  await wasmDevice(path.resolve('dist')).activate();
  data = await drawDigits(256, 100);
  trial = new Trial(graph, () => data, weights);
});
const options = { denseShare: 0, scope: 'all', weightRank: 3, maskRank: 2 };
const recipe = tinyRecipe('pst', { sparsity: 0.9, options });
const only = (name: string, from: ReadonlyMap<string, TensorData>) => new Map([[name, from.get(name)!]]);

/** Entries of the two matrices. */
const sizes = [784 * 16, 16 * 12] as const;
/** How many are zero at a sparsity. */
const gone = (v: number) => sizes.reduce((sum, size) => sum + Math.floor(size * v), 0);
/** The specification's: nothing for a tenth of the steps, the target for the last three. */
const cubicAt = (step: number, steps = 32) => {
  const progress = Math.min(1, Math.max(0, (step - 0.1 * steps) / (0.6 * steps)));
  return 0.9 * (1 - (1 - progress) ** 3);
};

const zerosOf = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;

describe('PST', () => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, [3, 9, 24]);
  });

  it('trains dense first where no weights are given, and stops and goes on there too', async () => {
    const fresh = tinyRecipe('pst', { sparsity: 0.9, options: { ...options, denseShare: 0.25 } });
    await trial.expectSameAfterStops(fresh, [5, 8, 9]);
    const run = await trial.newRun(fresh);
    await trial.train(run, fresh);
    const [dense, end] = [(await run.denseModel()).weights, (await run.checkpoint())!.weights];
    expect(largestDifference(only('a.bias', dense), only('a.bias', weights))).toBeGreaterThan(0);
    expect(largestDifference(only('a.bias', dense), only('a.bias', end))).toBe(0);
    expect((await run.metrics()).map(({ phase }) => phase)).toContain('dense');
  });

  it('tells at every step the density that the schedule asks for', async () => {
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe);
    const points = (await run.metrics()).filter(({ loss }) => loss !== undefined);
    expect(points.length).toBeGreaterThan(20);
    for (const { step, density } of points)
      expect(density, `step ${step}`).toBeCloseTo(1 - gone(cubicAt(step - 1)) / (sizes[0] + sizes[1]), 12);
  });

  it.each<Record<string, number>>([{}, { alpha1: 0 }, { beta: 0, alpha2: 0 }])(
    'keeps moments of what learns alone, as many numbers as it says it trains: %o',
    async (scales) => {
      const own = { ...recipe, options: { ...recipe.options, ...scales } };
      const run = await trial.newRun(own);
      await trial.train(run, own, 5);
      const { optimizer } = (await run.checkpoint())!;
      for (const slot of ['m/', 'v/']) {
        const moments = [...optimizer].filter(([name]) => name.startsWith(slot));
        for (const [name] of moments)
          expect(name).toMatch(/^.\/(pst\/[UVABRC]\/[ab]\.weight|head\.(weight|bias))$/);
        const numbers = moments.reduce((sum, [, { data: values }]) => sum + values.length, 0);
        const facts = (await run.metrics()).at(-1)!.facts!.numbers!;
        expect(numbers).toBe(facts['trainable parameters']! + facts['trainable parameters of the head']!);
      }
    },
  );

  it('ends in one line where factors blow up, and keeps the checkpoint before', async () => {
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe, 6);
    const wild = { ...recipe, training: { ...recipe.training, learningRate: 1e37 } };
    await expect(trial.train(run, wild)).rejects.toThrow(
      /^.* no longer a number at step \d+ \(learning rate .*\): lower training\.learningRate; the checkpoint of step \d+ is kept$/,
    );
    const { weights: kept, optimizer } = (await run.checkpoint())!;
    for (const { data: values } of [...kept.values(), ...optimizer.values()])
      expect(values.every(Number.isFinite)).toBe(true);
    expect(await run.best()).toMatchObject({ step: 0 });
  });

  it('says what weights are that come with zeros, and fills them', async () => {
    const sparse = new Map(weights);
    const { shape, data: values } = weights.get('a.weight')!;
    sparse.set('a.weight', {
      shape,
      data: (values as Float32Array).map((value, i) => (i % 20 === 0 ? value : 0)),
    });
    const again = new Trial(graph, () => data, sparse);
    const given = { ...recipe, model: { ...recipe.model, weights: 'pruned.safetensors' } };
    const run = await again.newRun(given);
    const result = await again.train(run, given);
    expect((await run.record()).notice).toBe(
      '93.6 % of the weights that are adapted are zero from the start: updates fill them, and 90 % of all are zero in the end',
    );
    expect(result!.sparsity).toBeCloseTo(gone(0.9) / (sizes[0] + sizes[1]), 12);
  });

  it('prunes exactly ⌊n k v⌋ entries at every step, and trains factors and the head alone', async () => {
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe, 8);
    const { weights: half } = (await run.checkpoint())!;
    for (const name of ['a.weight', 'a.bias', 'b.weight', 'b.bias'])
      expect(largestDifference(only(name, half), only(name, weights)), name).toBe(0);
    expect(largestDifference(only('head.weight', half), only('head.weight', weights))).toBeGreaterThan(0);
    const { optimizer } = (await run.checkpoint())!;
    const v = cubicAt(7);
    for (const [name, size] of [
      ['a.weight', 784 * 16],
      ['b.weight', 16 * 12],
    ] as const) {
      const mask = optimizer.get(`extra/pst/mask/${name}`)!.data;
      expect(zerosOf(mask), name).toBe(Math.floor(size * v));
    }
  });

  it('ends as a plain model of the density asked for, with no tensor left', async () => {
    const before = tf.memory().numTensors;
    const run = await trial.newRun(recipe);
    const result = await trial.train(run, recipe);
    expect(tf.memory().numTensors).toBe(before);
    const { weights: end } = (await run.checkpoint())!;
    for (const [name, size] of [
      ['a.weight', 784 * 16],
      ['b.weight', 16 * 12],
    ] as const) {
      const zeros = zerosOf(end.get(name)!.data);
      expect(zeros, name).toBe(Math.floor(size * 0.9));
    }
    expect(result!.sparsity).toBeCloseTo(0.9, 2);
    const numbers = (await run.metrics()).at(-1)!.facts!.numbers!;
    expect(numbers['trainable parameters']).toBe((3 + 2 + 1) * (784 + 16 + 16 + 12));
  });

  it('has the gradients of its equations, straight through the mask', async () => {
    const [w, u, v, a, b, r, c] = [
      [3, 4],
      [4, 2],
      [2, 3],
      [4, 2],
      [2, 3],
      [4, 1],
      [1, 3],
    ].map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', 7 + i));
    const values: Record<string, tf.Tensor> = { U: u!, V: v!, A: a!, B: b!, R: r!, C: c! };
    const layer = { param: 'w', matrix: { rows: 4, cols: 3 } } as never;
    const made: Record<string, tf.Variable> = {};
    const own = { weightRank: 2, maskRank: 2, beta: 0.5, alpha1: 0.7, alpha2: 0.3, detachMagnitude: false };
    const factors = new Factors([layer], own, 1);
    factors.enter({
      variable: (name: string) => (made[name[4]!] = tf.variable(values[name[4]!]!.clone())),
    } as never);
    const mask = tf.tensor2d([1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1], [3, 4]);
    const G = tf.randomNormal([3, 4], 0, 1, 'float32', 99);
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(factors.masked('w', w!, mask), G)),
      Object.values(made),
    );
    const Wt = factors.weight('w', w!);
    const dS = tf.transpose<tf.Tensor2D>(tf.mul(G, Wt));
    const dW = tf.transpose<tf.Tensor2D>(tf.mul(G, tf.add(mask, tf.abs(Wt))));
    const wanted: Record<string, tf.Tensor> = {
      U: tf.mul(tf.matMul(dW, v as tf.Tensor2D, false, true), 0.5),
      V: tf.mul(tf.matMul(u as tf.Tensor2D, dW, true), 0.5),
      A: tf.mul(tf.matMul(dS, b as tf.Tensor2D, false, true), 0.7),
      B: tf.mul(tf.matMul(a as tf.Tensor2D, dS, true), 0.7),
      R: tf.mul(tf.sum(dS, 1, true), 0.3),
      C: tf.mul(tf.sum(dS, 0, true), 0.3),
    };
    for (const [name, variable] of Object.entries(made)) {
      const [found, right] = [await grads[variable.name]!.data(), await wanted[name]!.data()];
      found.forEach((value, i) => expect(value, name).toBeCloseTo(right[i]!, 4));
    }
  });

  it.each([
    ['a rank without room', { ...options, weightRank: 13 }, /weightRank 13 is more than b has room for/],
    ['no block that attends', { ...options, scope: 'blocks' }, /no linear layer in a block/],
    ['no steps to ramp in', { ...options, warmShare: 0.5, holdShare: 0.5 }, /in which sparsity could rise/],
    ['a first sparsity above the last', { ...options, initialSparsity: 0.95 }, /more than the sparsity 0\.9/],
  ])('refuses %s in one line', async (_, bad, line) => {
    const wrong = tinyRecipe('pst', { sparsity: 0.9, options: bad });
    await expect(trial.train(await trial.newRun(wrong), wrong)).rejects.toThrow(line);
  });
});
