// Training steps of a ResNet-20 and a small GPT on made-up batches, one a call: what benchmarks of speed time.
import path from 'node:path';
import { readModels } from '../../../cli/models';
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { tf } from '../../../native/tf';
import type { HostBatch } from '../../../training/data/dataset';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import type { Optimizer } from '../../../training/optimizers/optimizer';
import { optimizers } from '../../../training/optimizers/table';
import { Classification } from '../../../training/tasks/classification';
import { trainStep } from '../../../training/trainer/step';

export interface Case {
  readonly name: string;
  readonly file: string;
  readonly model: string;
  readonly batch: number;
  readonly optimizer: 'sgd' | 'adam';
}

export const cases: readonly Case[] = [
  { name: 'ResNet-20, batch 64', file: 'resnet20.py', model: 'ResNet20', batch: 64, optimizer: 'sgd' },
  { name: 'GPT, 4 layers, batch 16', file: 'gpt.py', model: 'GPT', batch: 16, optimizer: 'adam' },
];

export async function graphOf({ file, model }: Case, distDir: string): Promise<ModelGraph> {
  const found = path.join(distDir, '../test/bench/parity/models', file);
  const models = await readModels(found, distDir, new AbortController().signal);
  return models.find(({ graph: { name } }) => name === model)?.graph ?? models[0]!.graph;
}

/** One step a call: milliseconds. @param around the optimizer that steps are done with. */
export function stepper(
  graph: ModelGraph,
  { batch, optimizer: name }: Case,
  around: (inner: Optimizer, parameters: Parameters) => Optimizer = (inner) => inner,
): (seed: number) => Promise<number> {
  const parameters = Parameters.initialise(graph, 1);
  const executor = new Executor(graph, parameters);
  const optimizer = around(optimizers[name](parameters, 1e-3, {}), parameters);
  const isText = graph.values[graph.inputs[0]!]!.dtype === 'int32';
  const length = Number(graph.values[graph.inputs[0]!]!.shape[1]);
  const count = isText ? batch * length : batch * 32 * 32 * 3;
  const input = isText
    ? { shape: [batch, length], data: Int32Array.from({ length: count }, (_, i) => (i * 7) % 60) }
    : { shape: [batch, 32, 32, 3], data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)) };
  const rows = isText ? count : batch;
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 10);
  const given: HostBatch = { inputs: [input], targets: { kind: 'classes', labels }, count: batch };
  return async (seed) => {
    const start = performance.now();
    await trainStep(executor, optimizer, new Rows(), given, { seed });
    return performance.now() - start;
  };
}

/** Logits of any rank, as rows. */
class Rows extends Classification {
  override loss([output]: readonly tf.Tensor[], targets: HostBatch['targets']) {
    const rows = targets.kind === 'classes' ? targets.labels.length : 1;
    return super.loss([output!.reshape([rows, output!.size / rows])], targets);
  }
}
