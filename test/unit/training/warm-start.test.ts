// Starting from the user's own weights, and the learning rate over a run.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { drawDigits } from '../../../training/data/kinds/digits';
import { writeSafetensors } from '../../../training/export/safetensors';
import { stateDict } from '../../../training/export/state-dict';
import { dense } from '../../../training/methods/dense';
import { nmMagnitude } from '../../../training/methods/nm-magnitude/method';
import { RunWriter } from '../../../training/runs/run-writer';
import { rateAt } from '../../../training/trainer/settings';
import { totalStepsOf, train } from '../../../training/trainer/train';
import { readWeights } from '../../../training/trainer/warm-start';
import { distDir, tempFolder, tinyNet, tinyRecipe } from './support';

const graph = tinyNet();
beforeAll(() => wasmDevice(distDir).activate());

const zeros = () =>
  new Map(
    Object.values(graph.params).map(({ name, shape }): [string, TensorData] => [
      name,
      { shape, data: new Float32Array(shape.reduce((n, dim) => n * dim, 1)) },
    ]),
  );

describe('weights to start from', () => {
  it('begin a run where they were trained to', async () => {
    const [data, folder] = [await drawDigits(256, 100), tempFolder()];
    const device = { id: 'wasm', name: 'WASM' };
    const signal = new AbortController().signal;
    const first = tinyRecipe('nm-magnitude', { training: { epochs: 8, learningRate: 0.02 } });
    const a = await RunWriter.create(folder, {
      ...{ recipe: first, graph, baseFolder: folder, device },
      totalSteps: totalStepsOf(first, data),
    });
    const trained = (await train({ method: dense, recipe: first, graph, data, run: a, signal }))!;
    const file = path.join(folder, 'tiny.safetensors');
    writeFileSync(file, writeSafetensors(stateDict(await a.sparseModel())));

    const second = tinyRecipe('nm-magnitude', { options: { denseShare: 0 }, training: { epochs: 1 } });
    const b = await RunWriter.create(folder, {
      ...{ recipe: second, graph, baseFolder: folder, device },
      totalSteps: totalStepsOf(second, data),
    });
    const weights = await readWeights(file, graph);
    const result = await train({ method: nmMagnitude, recipe: second, graph, data, run: b, signal, weights });
    expect(trained.accuracy).toBeGreaterThan(0.2);
    expect(result!.denseAccuracy).toBe(trained.accuracy);
  });

  it('are refused in one line that names the file and the parameter', async () => {
    const file = path.join(tempFolder(), 'w.safetensors');
    const refusal = (tensors: Map<string, TensorData>) => {
      writeFileSync(file, writeSafetensors(tensors));
      return readWeights(file, graph).then(
        () => 'accepted',
        (error: Error) => error.message.replace(file, 'FILE'),
      );
    };
    expect(await refusal(zeros())).toBe('accepted');
    const missing = zeros();
    missing.delete('head.bias');
    expect(await refusal(missing)).toBe('the weights in FILE do not fit tiny: it has no head.bias');
    const other = zeros().set('head.bias', { shape: [11], data: new Float32Array(11) });
    expect(await refusal(other)).toBe(
      'the weights in FILE do not fit tiny: head.bias is 11 there and 10 in the model',
    );
    const spoilt = zeros().set('head.bias', { shape: [10], data: new Float32Array(10).fill(NaN) });
    expect(await refusal(spoilt)).toContain('head.bias holds values that are no numbers');
    writeFileSync(file, 'PK');
    await expect(readWeights(file, graph)).rejects.toThrow(
      /^the weights cannot be read from .*w\.safetensors: safetensors/,
    );
  });
});

describe('the learning rate', () => {
  it('rises, falls along a cosine, and ends at a hundredth', () => {
    const rates = Array.from({ length: 1000 }, (_, step) =>
      rateAt(step, 1000, { epochs: 10, learningRate: 0.1 }),
    );
    const top = rates.indexOf(Math.max(...rates));
    expect(top).toBeLessThanOrEqual(50);
    expect(rates[top]).toBeCloseTo(0.1, 6);
    for (let i = 1; i < top; i++) expect(rates[i]!).toBeGreaterThan(rates[i - 1]!);
    for (let i = top + 2; i < 1000; i++) expect(rates[i]!).toBeLessThan(rates[i - 1]!);
    expect(rates[525]).toBeCloseTo(0.1 * (0.01 + 0.99 / 2), 3);
    expect(rates[999]).toBeCloseTo(0.001, 5);
  });

  it('is above nothing however short the run', () => {
    for (const total of [1, 2, 7])
      expect(rateAt(0, total, { epochs: 1, learningRate: 0.1 })).toBeGreaterThan(0);
  });
});
