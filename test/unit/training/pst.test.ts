// PST on a small network of linear layers: exact density, frozen weights, runs that stop and go on, plain weights at the end.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { Parameters } from '../../../training/executor/parameters';
import { Factors } from '../../../training/methods/pst/factors';
import { topMask } from '../../../training/methods/pst/top-mask';
import { unpackMask } from '../../../core/sparsity/mask';
import { tinyRecipe } from './tiny';
import { largestDifference, Trial } from './trial';

function mlp() {
  const builder = new GraphBuilder('pytorch');
  const linear = (x: string, inFeatures: number, outFeatures: number, at: string) =>
    builder.add('linear', [x], { inFeatures, outFeatures, bias: true }, { path: at })[0]!;
  const [flat] = builder.add('flatten', [builder.input([N, 1, 28, 28])], { start: 1, end: -1 }, { path: '' });
  const [a] = builder.add('relu', [linear(flat!, 784, 16, 'a')], {}, { path: 'ra' });
  const [b] = builder.add('relu', [linear(a!, 16, 12, 'b')], {}, { path: 'rb' });
  return builder.finish('mlp', [linear(b!, 12, 10, 'head')]);
}

const graph = mlp();
const weights = Parameters.initial(graph, 3);
let data: Dataset;
let trial: Trial;
beforeAll(async () => {
  await wasmDevice(path.resolve('dist')).activate();
  data = await drawDigits(256, 100);
  trial = new Trial(graph, () => data, weights);
});
const options = { scope: 'all', weightRank: 3, maskRank: 2 };
const recipe = tinyRecipe('pst', { sparsity: 0.9, options });
const only = (name: string, from: ReadonlyMap<string, TensorData>) => new Map([[name, from.get(name)!]]);

const zerosOf = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;

describe('PST', () => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, [3, 9, 24]);
  });

  it('prunes exactly ⌊n k v⌋ entries at every step, and trains factors and the head alone', async () => {
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe, 8);
    const { weights: half } = (await run.checkpoint())!;
    for (const name of ['a.weight', 'a.bias', 'b.weight', 'b.bias'])
      expect(largestDifference(only(name, half), only(name, weights)), name).toBe(0);
    expect(largestDifference(only('head.weight', half), only('head.weight', weights))).toBeGreaterThan(0);
    const { optimizer } = (await run.checkpoint())!;
    const progress = (7 - 3.2) / (32 - 9.6 - 3.2);
    const v = 0.9 * (1 - (1 - progress) ** 3);
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

  it('keeps the first of equal scores, and what is no number last', () => {
    const scores = Float32Array.of(1, NaN, 1, 2, 1, 0);
    expect([...unpackMask(topMask.mask(scores, { rows: 2, cols: 3 }, 0.5))]).toEqual([1, 0, 1, 1, 0, 0]);
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
