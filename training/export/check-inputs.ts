// What an export is checked on: test images of the run's own data, or noise where they cannot be had any more.
import { shapeAt } from '../../core/graph/shape';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import type { RunRecord } from '../../core/runs/run-record';
import { permuteAxes } from '../../core/sparsity/permute';
import { takeImages } from '../data/dataset';
import { loadDataset } from '../data/load';
import { randomInputs } from '../latency/inputs';

export interface CheckInputs {
  /** One tensor for each of the graph's inputs, in the graph's order of axes. */
  readonly tensors: readonly TensorData[];
  /** What they are, for the summary: `test images`, `random inputs`. */
  readonly what: string;
}

/** Enough samples that every class and most activations take part in the comparison. */
const samples = 32;

/** Never rejects: an export must not fail because a data folder has moved. */
export async function checkInputs(record: RunRecord, model: TrainedModel): Promise<CheckInputs> {
  const images = await testImages(record, model).catch(() => undefined);
  if (images) return { tensors: [images], what: 'test images' };
  return { tensors: randomInputs(model, samples), what: 'random inputs' };
}

/** Undefined when the images are not what the model takes. */
async function testImages(
  { recipe: { data }, baseFolder = '' }: RunRecord,
  { graph }: TrainedModel,
): Promise<TensorData | undefined> {
  // Drawing thousands of digits to look at a few would take longer than the export.
  const few = data.kind === 'digits' ? { ...data, train: samples, test: samples } : data;
  const dataset = await loadDataset(few, baseFolder);
  const count = Math.min(samples, dataset.test.count);
  const images = takeImages(
    dataset,
    dataset.test,
    Int32Array.from({ length: count }, (_, i) => i),
  );
  const nhwc = [count, ...dataset.shape];
  const order = graph.layout === 'NCHW' ? [0, 3, 1, 2] : [0, 1, 2, 3];
  const shape = order.map((axis) => nhwc[axis]!);
  const [input, ...others] = graph.inputs.map((id) => shapeAt(graph.values[id]!.shape, count));
  if (others.length > 0 || input?.join() !== shape.join()) return undefined;
  return { shape, data: permuteAxes(images, nhwc, order) };
}
