// GPUSQ-ViT on the example transformer, shortened: exact 2:4 through both stages, and runs that stop and go on.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../core/graph/model-graph';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import type { Dataset } from '../../training/data/dataset';
import { drawDigits } from '../../training/data/kinds/digits';
import { matrixLayers } from '../../training/methods/matrix-layers';
import { tinyRecipe } from '../unit/training/support';
import { Trial } from '../unit/training/trial';

const distDir = path.resolve('dist');
const frontend = createPythonFrontend({ distDir });
let [graph, data]: [ModelGraph?, Dataset?] = [];
let trial: Trial;
beforeAll(async () => {
  const file = path.resolve('examples/pytorch/vit.py');
  const text = readFileSync(file, 'utf8');
  const { models } = await frontend.trace({ file, text }, new AbortController().signal);
  graph = models.find((model) => model.graph.name === 'vit')!.graph;
  data = await drawDigits(256, 100);
  trial = new Trial(graph, () => data!);
  await wasmDevice(distDir).activate();
});
afterAll(() => frontend.dispose());

const recipe = tinyRecipe('gpusq-vit', { options: { denseShare: 0.4, quantiseShare: 0.3 } });

describe('GPUSQ-ViT', () => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, [13, 14, 23]);
  });

  it('leaves two weights of every four on a grid, and no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const run = await trial.newRun(recipe);
    const result = await trial.train(run, recipe);
    expect(tf.memory().numTensors).toBe(before);
    expect(result!.sparsity).toBeCloseTo(0.5, 6);
    const { weights } = (await run.checkpoint())!;
    const masked = (await run.checkpoint())!.masks;
    expect(masked.size).toBeGreaterThan(8);
    for (const { param, node, matrix } of matrixLayers(graph!)) {
      if (!masked.has(param)) continue;
      const values = toMatrixOrder(graph!, node, weights.get(param)!.data as Float32Array);
      for (let g = 0; g < values.length; g += 4)
        expect(values.subarray(g, g + 4).filter((value) => value !== 0).length, param).toBeLessThanOrEqual(2);
      // INT8: a row has one scale, the largest is 127 of it.
      for (let row = 0; row < matrix.rows; row++) {
        const own = values.subarray(row * matrix.cols, (row + 1) * matrix.cols);
        const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
        for (const value of own) {
          const whole = value / scale;
          expect(Math.abs(whole - Math.round(whole)), param).toBeLessThan(1e-3);
        }
      }
    }
  });
});
