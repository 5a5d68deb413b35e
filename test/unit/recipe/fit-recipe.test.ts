// What a default recipe becomes for a model, an amount of data, and weights to start from.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { defaultRecipe } from '../../../core/recipe/defaults';
import { fitRecipe } from '../../../core/recipe/fit-recipe';
import { methods } from '../../../core/recipe/methods/table';
import { validateRecipe } from '../../../core/recipe/validate';
import { fitMemory } from '../../../training/memory/fit-memory';
import { estimateMemory } from '../../../training/memory/estimate';
import { tinyNet } from '../training/tiny';

const graph = tinyNet();
const recipe = (method = 'nm-magnitude', weights?: string) =>
  defaultRecipe(method, { file: 'net.py', name: 'net', ...(weights ? { weights } : {}) });

function feedForward() {
  const builder = new GraphBuilder('pytorch');
  const x = builder.add(
    'layerNorm',
    [builder.input([N, 16, 64])],
    { shape: [64], eps: 1e-5 },
    { path: 'n' },
  )[0]!;
  const y = builder.add('linear', [x], { inFeatures: 64, outFeatures: 64, bias: true }, { path: 'l' })[0]!;
  return builder.finish('f', [y]);
}

const steps = (samples: number, { epochs, batch }: { epochs: number; batch: number }) =>
  epochs * Math.ceil(samples / batch);

describe('a fitted recipe', () => {
  it.each([1, 2, 40, 500, 4000, 50_000, 1_281_167])(
    'trains %i samples long enough, and no longer',
    (samples) => {
      const { training } = fitRecipe(recipe(), { graph, samples });
      expect(training.batch).toBeLessThanOrEqual(64);
      if (samples >= 16) expect(samples / training.batch).toBeGreaterThanOrEqual(8);
      expect(training.epochs).toBeGreaterThanOrEqual(6);
      expect(training.epochs).toBeLessThanOrEqual(200);
      if (training.epochs > 6 && training.epochs < 200) {
        expect(steps(samples, training)).toBeGreaterThanOrEqual(400);
        expect(steps(samples, { ...training, epochs: training.epochs - 1 })).toBeLessThan(400);
      }
    },
  );

  it('spends nothing on getting trained where weights are given, and moves them gently', () => {
    const circumstances = { graph, samples: 4000 };
    const fresh = fitRecipe(recipe(), circumstances);
    const trained = fitRecipe(recipe('nm-magnitude', 'net.safetensors'), circumstances);
    expect(fresh.options['denseShare']).toBe(0.45);
    expect(trained.options).toEqual({ ...fresh.options, denseShare: 0 });
    expect(trained.training.learningRate).toBeLessThan(fresh.training.learningRate);
    expect(trained.training.epochs).toBeLessThan(fresh.training.epochs);
  });

  it('takes AdamW for transformers, and Adam for what has batch norms', () => {
    expect(fitRecipe(recipe(), { graph: feedForward(), samples: 500 }).training.optimizer).toBe('adamw');
    expect(fitRecipe(recipe(), { graph, samples: 500 }).training.optimizer).toBe('adam');
  });

  it.each([...methods.keys()])('of %s validates', (method) => {
    for (const weights of [undefined, 'net.safetensors'])
      expect(validateRecipe(fitRecipe(recipe(method, weights), { graph, samples: 77 }))).toMatchObject({
        ok: true,
      });
  });
});

describe('training that does not fit the memory', () => {
  const { training } = recipe();
  const total = (graph: ReturnType<typeof tinyNet>, changed: typeof training) =>
    estimateMemory(graph, changed).total;

  it('takes smaller batches where batch norms see them', () => {
    const room = 0.4 * total(graph, training);
    const fitted = fitMemory(graph, training, room);
    expect(fitted.accumulate).toBeUndefined();
    expect(fitted.batch).toBeLessThan(training.batch);
    expect(total(graph, fitted)).toBeLessThanOrEqual(room);
  });

  it('takes parts of a batch elsewhere', () => {
    const graph = feedForward();
    const room = 0.6 * total(graph, training);
    const fitted = fitMemory(graph, training, room);
    expect(fitted.batch).toBe(training.batch);
    expect(fitted.accumulate).toBeGreaterThan(1);
    expect(total(graph, fitted)).toBeLessThanOrEqual(room);
  });

  it('stays as it is where it fits, where nobody knows, and where nothing would', () => {
    for (const room of [undefined, 1e12, 1]) expect(fitMemory(graph, training, room)).toBe(training);
  });
});
