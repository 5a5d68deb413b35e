// The most bytes that tensors take at once in two steps of a model: every kernel is asked before it runs.
import type { ModelGraph } from '../../../core/graph/model-graph';
import { sizeAt } from '../../../core/graph/shape';
import type { TrainingSpec } from '../../../core/recipe/recipe';
import { tf } from '../../../native/tf';
import type { HostBatch, HostTensor } from '../../../training/data/dataset';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { optimizers } from '../../../training/optimizers/table';
import { Classification } from '../../../training/tasks/classification';
import { trainStep } from '../../../training/trainer/step';

/** Of parameters, the optimizer's state, and whatever two steps add. */
export async function measurePeak(
  graph: ModelGraph,
  training: Pick<TrainingSpec, 'batch' | 'optimizer' | 'accumulate'>,
): Promise<number> {
  const batch = batchOf(graph, training.batch);
  const { accumulate: parts } = training;
  return peakOf(async () => {
    const parameters = Parameters.initialise(graph, 1);
    const executor = new Executor(graph, parameters);
    const optimizer = optimizers[training.optimizer](parameters, 1e-3, {});
    try {
      for (const seed of [1, 2])
        await trainStep(executor, optimizer, new Rows(), batch, { seed, ...(parts ? { parts } : {}) });
    } finally {
      optimizer.dispose();
      parameters.dispose();
    }
  });
}

/** Any output as rows of logits, so that every model has a loss. */
class Rows extends Classification {
  override loss([output]: readonly tf.Tensor[], targets: HostBatch['targets']) {
    const rows = targets.kind === 'classes' ? targets.labels.length : 1;
    return super.loss([output!.reshape([rows, output!.size / rows])], targets);
  }
}

/** Engine's own bookkeeping counts data that two tensors share twice; here each piece of data counts once. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine() as unknown as Books;
  const { trackTensor, removeDataId } = engine;
  const sizes = new Map<object, number>();
  let [now, peak] = [0, 0];
  engine.trackTensor = (tensor, backend) => {
    trackTensor.call(engine, tensor, backend);
    if (sizes.has(tensor.dataId)) return;
    sizes.set(tensor.dataId, tensor.size * 4);
    peak = Math.max(peak, (now += tensor.size * 4));
  };
  engine.removeDataId = (dataId, backend) => {
    removeDataId.call(engine, dataId, backend);
    now -= sizes.get(dataId) ?? 0;
    sizes.delete(dataId);
  };
  try {
    await work();
  } finally {
    Object.assign(engine, { trackTensor, removeDataId });
  }
  return peak;
}

interface Books {
  trackTensor: (tensor: tf.Tensor, backend: unknown) => void;
  removeDataId: (dataId: object, backend: unknown) => void;
}

/** Inputs in the executor's order of axes: channels last from rank four on. Indices stay small. */
function batchOf(graph: ModelGraph, count: number): HostBatch {
  const inputs = graph.inputs.map((id): HostTensor => {
    const { shape, dtype } = graph.values[id]!;
    const sizes = shape.map((dim) => sizeAt(dim, count));
    const placed =
      sizes.length >= 4 && graph.layout === 'NCHW' ? [sizes[0]!, ...sizes.slice(2), sizes[1]!] : sizes;
    const size = sizes.reduce((n, dim) => n * dim, 1);
    const data =
      dtype === 'int32'
        ? Int32Array.from({ length: size }, (_, i) => i % 7)
        : Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    return { shape: placed, data };
  });
  const output = graph.values[graph.outputs[0]!]!.shape;
  const rows = output.slice(0, -1).reduce<number>((n, dim) => n * sizeAt(dim, count), 1);
  return {
    inputs,
    targets: { kind: 'classes', labels: Int32Array.from({ length: rows }, (_, i) => i % 2) },
    count,
  };
}
