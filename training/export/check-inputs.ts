// What an export is checked on: test images of the run's own data, or noise where they cannot be had any more.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import type { RunRecord } from '../../core/runs/run-record';
import { permuteAxes } from '../../core/sparsity/permute';
import { firstOf } from '../data/dataset';
import { inputsOf, loadDataset } from '../data/load';
import { inputOrder, positionsOf } from '../executor/order';
import { randomInputs } from '../latency/inputs';

export interface CheckInputs {
  /** One tensor for each of the graph's inputs, in the graph's order of axes. */
  readonly tensors: readonly TensorData[];
  /** What they are, for the summary: `test samples`, `random inputs`. */
  readonly what: string;
}

/** Enough samples that every class and most activations take part in the comparison. */
const samples = 32;

/** Never rejects: an export must not fail because a data folder has moved. */
export async function checkInputs(record: RunRecord, model: TrainedModel): Promise<CheckInputs> {
  const tensors = await testSamples(record, model).catch(() => undefined);
  if (tensors) return { tensors, what: 'test samples' };
  return { tensors: randomInputs(model, samples), what: 'random inputs' };
}

/** Undefined when they are not what the model takes. */
async function testSamples(
  { recipe: { data }, baseFolder = '' }: RunRecord,
  { graph }: TrainedModel,
): Promise<TensorData[] | undefined> {
  // Drawing thousands of samples to look at a few would take longer than the export.
  const wanted = inputsOf(graph);
  const { test } = await loadDataset(data, { baseFolder, wanted, few: samples });
  const { inputs } = await test.take(firstOf(test, samples));
  const fit =
    wanted.length === inputs.length &&
    wanted.every(({ shape }, i) => shape.join() === inputs[i]!.shape.slice(1).join());
  if (!fit) return undefined;
  return inputs.map((input, i) => {
    const id = graph.inputs[i]!;
    // From channels last to the graph's own order.
    const places = positionsOf(inputOrder(graph, id), input.shape.length, graph.layout);
    const order = input.shape.map((_, axis) => places.indexOf(axis));
    const shape = order.map((axis) => input.shape[axis]!);
    return {
      shape,
      data: input.data instanceof Float32Array ? permuteAxes(input.data, input.shape, order) : input.data,
    };
  });
}
