// YOLOv8 as it is in its file, half of every layer's channels gone, handed on as ONNX: ONNX Runtime answers what we do.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import { applySlices, shrink } from '../../core/graph/surgery';
import type { TrainedModel } from '../../core/graph/tensor';
import { createYoloFrontend } from '../../language-server/frontends/yolo-yaml/frontend';
import { wasmDevice } from '../../native/devices/wasm';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { exportModel } from '../../training/export/export-model';
import { exportOnnx } from '../../training/export/onnx/export';
import { predictWithExecutor } from '../../training/export/reference';
import { difference, randomInputs, randomModel } from '../unit/export/models';
import { tempFolder } from '../unit/training/support';

const distDir = path.resolve('dist');
const file = path.resolve('examples/yolo/yolov8.yaml');

/** With half of the channels of each group, those with even numbers. */
function halved(graph: ModelGraph): TrainedModel {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);
  const even = (channels: number) => Uint32Array.from({ length: channels / 2 }, (_, i) => 2 * i);
  const small = shrink(graph, new Map(groups.map(({ id, channels }) => [id, even(channels)])));
  return { graph: small.graph, weights: applySlices(randomModel(graph).weights, small.slices) };
}

async function read(text: string): Promise<ModelGraph> {
  const { models } = await createYoloFrontend().trace({ file, text }, new AbortController().signal);
  return models[0]!.graph;
}

beforeAll(() => wasmDevice(distDir).activate());

describe('a pruned YOLOv8', () => {
  const text = readFileSync(file, 'utf8');

  it('goes to ONNX and is read back', { timeout: 180_000 }, async () => {
    const model = halved(await read(text));
    const destination = tempFolder();
    const request = { model, format: 'onnx', destination, distDir, predict: predictWithExecutor };
    const { maxDifference, hint } = await exportModel({ ...request, inputs: randomInputs(model, 1) });
    expect(existsSync(path.join(destination, 'yolov8n.onnx'))).toBe(true);
    // Of boxes in pixels: their size is some hundreds.
    expect(maxDifference).toBeLessThan(0.01);
    expect(hint).toMatch(
      /^TensorRT, where it is installed \(not run here\): trtexec --onnx=yolov8n\.onnx --shapes=input:1x3x640x640 /,
    );
  });

  it('answers as many images as it is given', { timeout: 180_000 }, async () => {
    const model = halved(await read(`# espalier: input=(1, 3, 64, 64)\n${text}`));
    const inputs = randomInputs(model, 3);
    const session = await loadOnnxRuntime(distDir).open(exportOnnx(model));
    const [theirs] = await session.run(inputs);
    await session.release();
    const [ours] = await predictWithExecutor(model, inputs);
    expect(theirs!.shape).toEqual([3, 84, 84]);
    expect(difference(ours!, theirs!)).toBeLessThan(1e-4);
  });
});
