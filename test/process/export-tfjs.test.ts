// The TF.js example handed back: NHWC in its framework, NCHW in ONNX, the same logits from the executor.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topologyToGraph } from '../../language-server/frontends/tfjs/to-graph';
import type { Topology } from '../../language-server/frontends/tfjs/topology';
import { wasmDevice } from '../../native/devices/wasm';
import { exportModel } from '../../training/export/export-model';
import { predictWithExecutor } from '../../training/export/reference';
import { readSafetensors } from '../../training/export/safetensors';
import { loadTfjsModels } from '../../training/tfjs-model/load';
import { randomInputs, randomModel } from '../unit/export/models';
import { halved, pruned } from './export-convnet';

const distDir = path.resolve('dist');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-tfjs-'));
beforeAll(() => wasmDevice(distDir).activate());
afterAll(() => rmSync(folder, { recursive: true }));

describe('the TF.js example', () => {
  it.each(['dense', 'masked', 'pruned'])(
    'is exported %s, with the names and layouts of TF.js',
    async (kind) => {
      const [example] = await loadTfjsModels(path.resolve('examples/tfjs/convnet.ts'), undefined, {
        distDir,
      });
      const { graph } = topologyToGraph(example!.topology as Topology, example!.name, () => []);
      const dense = randomModel(graph);
      const model = { dense, masked: halved(dense), pruned: pruned(dense) }[kind]!;
      const inputs = randomInputs(model, 4);
      const request = { model, inputs, predict: predictWithExecutor, distDir };
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
});
