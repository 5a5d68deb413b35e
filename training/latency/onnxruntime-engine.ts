// ONNX Runtime as an engine: what a user would deploy on. Models are exported by us and loaded like any other file.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import type { Engine } from '../../native/latency/engine';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { exportOnnx } from '../export/onnx/export';
import { randomInputs } from './inputs';

/** @param distDir folder of the bundles and of `vendor/`. Throws one line where ONNX Runtime cannot be loaded. */
export function onnxRuntimeEngine(distDir: string): Engine {
  const runtime = loadOnnxRuntime(distDir);
  return {
    id: 'onnxruntime',
    name: `ONNX Runtime ${runtime.version} (CPU, 1 thread)`,
    shortName: 'ONNX Runtime',
    async prepare(model, batch, scope) {
      const channelsFirst = scope === 'layer';
      const session = await runtime.open(exportOnnx(model, { channelsFirst }));
      const inputs = randomInputs(model, batch);
      const run = session.bind(channelsFirst ? inputs.map((tensor) => imageFirst(tensor, model)) : inputs);
      return { run, dispose: () => session.release() };
    },
  };
}

/** The order of axes that an export with channels first takes. The values are random, so only the shape has to change. */
function imageFirst({ shape, data }: TensorData, { graph }: TrainedModel): TensorData {
  if (graph.layout === 'NCHW' || shape.length !== 4) return { shape, data };
  return { shape: [0, 3, 1, 2].map((axis) => shape[axis]!), data };
}
