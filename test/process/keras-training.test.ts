// The Keras example trained sparse and handed back: names and layouts of Keras, the same answers from ONNX.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../core/graph/model-graph';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { exportModel } from '../../training/export/export-model';
import { predictWithExecutor } from '../../training/export/reference';
import { readSafetensors } from '../../training/export/safetensors';
import { randomInputs, randomModel } from '../unit/export/models';
import { halved, pruned } from './export-convnet';

const distDir = path.resolve('dist');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-keras-'));

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const answer = (code: string): string | undefined => {
  try {
    const env = { ...process.env, KERAS_BACKEND: process.env['KERAS_BACKEND'] ?? 'numpy' };
    return execFileSync(python, ['-c', code], { stdio: 'pipe', env }).toString().trim();
  } catch {
    return undefined;
  }
};
const hasKeras = answer('import keras') !== undefined;
if (!hasKeras) console.warn(`loading into Keras is skipped: ${python} has no keras`);

async function read(text: string): Promise<ModelGraph> {
  const frontend = createPythonFrontend({ distDir, deadlineMs: 60_000 });
  try {
    const file = path.join(folder, 'net.py');
    const { models } = await frontend.trace({ file, text }, new AbortController().signal);
    return models[0]!.graph;
  } finally {
    await frontend.dispose();
  }
}

let graph: ModelGraph;
beforeAll(async () => {
  await wasmDevice(distDir).activate();
  graph = await read(readFileSync('examples/keras/convnet.py', 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the Keras example', () => {
  it.each(['dense', 'masked', 'pruned'])(
    'is exported %s, with the names and layouts of Keras',
    async (kind) => {
      const dense = randomModel(graph);
      const model = { dense, masked: halved(dense), pruned: pruned(dense) }[kind]!;
      const request = { model, inputs: randomInputs(model, 4), predict: predictWithExecutor, distDir };
      const destination = path.join(folder, kind);
      const onnx = await exportModel({ ...request, destination, format: 'onnx' });
      expect(onnx.maxDifference).toBeLessThan(1e-4);
      const { files } = await exportModel({ ...request, destination, format: 'safetensors' });
      const { tensors } = readSafetensors(readFileSync(files[0]!));
      expect(tensors).toEqual(
        new Map(Object.keys(model.graph.params).map((name) => [name, model.weights.get(name)])),
      );
    },
  );

  it.runIf(hasKeras)('is loaded into Keras by the script beside it, with its pruned widths', async () => {
    const model = pruned(randomModel(graph));
    const source = { file: path.resolve('examples/keras/convnet.py'), name: 'convnet' };
    const request = { model, inputs: randomInputs(model, 1), predict: predictWithExecutor, distDir, source };
    const destination = path.join(folder, 'loaded');
    const { files } = await exportModel({ ...request, destination, format: 'safetensors' });
    const script = files.find((file) => file.endsWith('.load.py'))!;
    const code = `import runpy; s = runpy.run_path(${JSON.stringify(script)}); print(s["load"](s["build"]()).count_params())`;
    const count = Object.values(model.graph.params).reduce(
      (n, { shape }) => n + shape.reduce((a, b) => a * b, 1),
      0,
    );
    expect(answer(code)).toBe(String(count));
  });

  it('answers probabilities, and is trained on the logits before its softmax', () => {
    const executor = new Executor(graph, Parameters.initialise(graph, 1));
    const x = tf.randomNormal([4, 28, 28, 1], 0, 1, 'float32', 7);
    const [answer, logits] = tf.tidy(() => [
      executor.predict([x])[0]!.sum(1).dataSync(),
      executor.forward([x], { training: true })[0]!.sum(1).dataSync(),
    ]);
    for (const sum of answer) expect(sum).toBeCloseTo(1, 5);
    expect([...logits].every((sum) => Math.abs(sum - 1) > 1e-3)).toBe(true);
    x.dispose();
    executor.parameters.dispose();
  });
});
