// The example recipes as they are written, shortened to some steps: they load, fit, learn, and leave nothing behind.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Weights } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import { validateRecipe } from '../../core/recipe/validate';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { createYoloFrontend } from '../../language-server/frontends/yolo-yaml/frontend';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { DeviceTurns } from '../../training/trainer/device-turns';
import { prepareRun } from '../../training/trainer/prepare-run';
import { totalStepsOf, train } from '../../training/trainer/train';
import { RunWriter } from '../../training/runs/run-writer';
import { tempFolder } from '../unit/training/support';

const distDir = path.resolve('dist');
const examples = path.resolve('examples');
const python = createPythonFrontend({ distDir });
beforeAll(() => wasmDevice(distDir).activate());
afterAll(() => python.dispose());

/** What the file says, with fewer samples and epochs. */
function shortened(file: string, train: number, test: number, epochs: number): Recipe {
  const written = parse(readFileSync(path.join(examples, file), 'utf8')) as object;
  expect(validateRecipe(written)).toMatchObject({ ok: true });
  const answer = validateRecipe({ ...written, device: 'wasm' });
  if (!answer.ok) throw new Error(answer.problems[0]!.message);
  const { recipe } = answer;
  const data = { ...recipe.data, train, test } as Recipe['data'];
  return { ...recipe, data, training: { ...recipe.training, epochs } };
}

async function outcome(recipe: Recipe, { weights, of = 'pytorch' }: { weights?: Weights; of?: string } = {}) {
  const folder = path.join(examples, of);
  const file = path.join(folder, recipe.model.file);
  const text = readFileSync(file, 'utf8');
  const frontend = file.endsWith('.py') ? python : createYoloFrontend();
  const { models } = await frontend.trace({ file, text }, new AbortController().signal);
  const { graph } = models.find((model) => model.graph.name === recipe.model.name)!;
  const job = await prepareRun({ recipe, graph, baseFolder: folder }, new DeviceTurns(distDir));
  await job.device.activate();
  const totalSteps = totalStepsOf(recipe, job.data);
  const device = { id: 'wasm', name: 'WASM' };
  const run = await RunWriter.create(tempFolder(), { recipe, graph, baseFolder: folder, device, totalSteps });
  const before = tf.memory().numTensors;
  const result = await train({
    ...job,
    weights: weights ?? job.weights,
    run,
    signal: new AbortController().signal,
  });
  expect(tf.memory().numTensors).toBe(before);
  const losses = (await run.metrics()).flatMap(({ loss }) => loss ?? []);
  return { result: result!, losses, run };
}

describe('the example recipes', () => {
  it('train a GPT that is less perplexed than by words alone, half of its weights gone', async () => {
    const { result, losses } = await outcome(shortened('pytorch/gpt.espalier.yaml', 400, 60, 4));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 1);
    // 28 words: who knows nothing is as perplexed as that.
    expect(result.metrics!.sparse['perplexity']).toBeLessThan(14);
    expect(result.sparsity).toBeCloseTo(0.5, 5);
  });

  it('train a GPT, freeze it, and leave a tenth of its weights', async () => {
    const { result, run } = await outcome(shortened('pytorch/gpt-pst.espalier.yaml', 400, 60, 8));
    expect(result.metrics!.sparse['perplexity']).toBeLessThan(14);
    expect(result.sparsity).toBeCloseTo(0.9, 3);
    const [before, after] = [(await run.denseModel()).weights, (await run.sparseModel()).weights];
    for (const name of ['tokens.weight', 'blocks.0.norm1.weight', 'blocks.1.mlp.0.bias'])
      expect(after.get(name)!.data, name).toEqual(before.get(name)!.data);
  });

  it('fine-tune trained weights sparse on sentences that they have never seen the order of', async () => {
    const trained = await outcome(shortened('pytorch/gpt.espalier.yaml', 400, 60, 8));
    const { weights } = await trained.run.denseModel();
    const recipe = shortened('pytorch/gpt-pst.espalier.yaml', 400, 60, 6);
    const { result } = await outcome(
      { ...recipe, options: { ...recipe.options, denseShare: 0 } },
      { weights },
    );
    const { dense, sparse } = result.metrics!;
    expect(sparse['perplexity']).toBeLessThan(0.6 * dense['perplexity']!);
    expect(result.sparsity).toBeCloseTo(0.9, 3);
  });

  it('train a detector whose channels are pruned', async () => {
    const { result, losses } = await outcome(shortened('pytorch/detector.espalier.yaml', 64, 16, 6));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 3);
    expect(Object.keys(result.metrics!.sparse)).toEqual(['mAP50', 'mAP50-95']);
    expect(result.flops.sparse).toBeLessThanOrEqual(0.6 * result.flops.dense);
  });

  it('train a tiny YOLO that loses three quarters of itself and learns from what it was', async () => {
    const { result, losses } = await outcome(shortened('yolo/yolo-tiny.espalier.yaml', 64, 16, 8), {
      of: 'yolo',
    });
    // At first nothing is assigned to any cell, so the loss has to rise before it falls.
    expect(losses.at(-1)!).toBeLessThan(Math.max(...losses));
    expect(1 - result.params.sparse / result.params.dense).toBeGreaterThan(0.72);
    expect(1 - result.flops.sparse / result.flops.dense).toBeGreaterThan(0.7);
  });
});
