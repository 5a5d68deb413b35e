// A model with trained weights on a device, and data to look at it with: what pruning without training works on.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import type { Metrics } from '../../core/runs/run-record';
import type { Dataset, HostBatch } from '../data/dataset';
import { Batches } from '../data/batches';
import { Executor } from '../executor/executor';
import { Parameters } from '../executor/parameters';
import type { Task } from '../trainer/task';

/** Data, and what it is looked at for. */
export interface Judge {
  readonly data: Dataset;
  readonly task: Task;
}

/** Works with the model on the active device and frees it afterwards. */
export async function withModel<T>(
  graph: ModelGraph,
  weights: Weights,
  judge: Judge | undefined,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const parameters = Parameters.load(graph, weights);
  try {
    return await work(new Executor(judge?.task.view?.(graph) ?? graph, parameters));
  } finally {
    parameters.dispose();
  }
}

/** Metrics on the held-out split. Rejects when cancelled. */
export async function judged(
  executor: Executor,
  { task, data }: Judge,
  signal?: AbortSignal,
): Promise<Metrics> {
  const metrics = await task.evaluate(executor, data, signal);
  signal?.throwIfAborted();
  return metrics!;
}

/** The first batches of the training split in a seeded order, as they are. */
export async function calibrationBatches(
  { train }: Dataset,
  { batches, batch, seed }: { readonly batches: number; readonly batch: number; readonly seed: number },
): Promise<HostBatch[]> {
  const order = new Batches(train.count, Math.min(batch, train.count), seed);
  const out: HostBatch[] = [];
  for (let step = 0; step < Math.min(batches, order.stepsPerEpoch); step++)
    out.push(await train.take(order.at(step)));
  return out;
}
