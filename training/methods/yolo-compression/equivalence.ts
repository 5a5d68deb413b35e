// Whether surgery changed anything but what was to go: the pruned model against the whole one with those channels silenced.
import type { PruneGroup } from '../../../core/graph/coupling/group';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { elements, sizeAt } from '../../../core/graph/shape';
import type { TensorData, Weights } from '../../../core/graph/tensor';
import { tf } from '../../../native/tf';
import { Executor, placedInput } from '../../executor/executor';
import { Parameters } from '../../executor/parameters';
import { seeded } from '../../executor/random';
import { differenceOf } from '../../export/difference';
import type { Kept } from '../../../core/sparsity/allocators/channels/dial';

/** float32 in another order of summation differs by 1e-6; a channel that is missed, by far more than this. */
export const tolerance = 1e-4;

/**
 * The whole model's weights with γ and β of channels that go at zero, and the filters that make them: such a channel says
 * SiLU(0) = 0. With β alive it would still say SiLU(β).
 */
export function silenced(
  graph: ModelGraph,
  weights: Weights,
  groups: readonly PruneGroup[],
  kept: Kept,
): Map<ParamName, TensorData> {
  const out = new Map(weights);
  for (const { id, members } of groups) {
    const stays = new Set(kept.get(id));
    for (const { param, axis, role, runs } of members) {
      // A variance of zero would make of the scale's zero what it is not.
      if (role === 'in' || !graph.params[param]!.trainable) continue;
      const { shape, data } = out.get(param)!;
      const copy = Float32Array.from(data);
      const [outer, inner] = [elements(shape.slice(0, axis)), elements(shape.slice(axis + 1))];
      eachPosition(runs, (position, channel) => {
        if (stays.has(channel)) return;
        for (let o = 0; o < outer; o++) {
          const from = (o * shape[axis]! + position) * inner;
          copy.fill(0, from, from + inner);
        }
      });
      out.set(param, { shape, data: copy });
    }
  }
  return out;
}

/** Images of random pixels, 0 … 1, in the graph's own order of axes. */
export function randomImages(graph: ModelGraph, count: number, seed: number): TensorData[] {
  const random = seeded(seed);
  return graph.inputs.map((id) => {
    const shape = graph.values[id]!.shape.map((dim) => sizeAt(dim, count));
    return { shape, data: Float32Array.from({ length: elements(shape) }, () => random.next()) };
  });
}

/** What a model answers at inference; nothing of it stays on the device. */
export async function answers(
  graph: ModelGraph,
  weights: Weights,
  images: readonly TensorData[],
): Promise<TensorData[]> {
  const parameters = Parameters.load(graph, weights);
  try {
    return await answersOf(new Executor(graph, parameters), images);
  } finally {
    parameters.dispose();
  }
}

export async function answersOf(executor: Executor, images: readonly TensorData[]): Promise<TensorData[]> {
  const outputs = tf.tidy(() =>
    executor.predict(images.map((image, i) => placedInput(image, executor.graph, i))),
  );
  const data = await Promise.all(outputs.map((output) => output.data()));
  tf.dispose(outputs);
  return outputs.map(({ shape }, i) => ({ shape, data: data[i] as Float32Array }));
}

/** The largest difference of any answer. Throws one line where it is above 1e-4 of the largest answer, or of 1. */
export function requireSame(
  name: string,
  whole: readonly TensorData[],
  pruned: readonly TensorData[],
): number {
  const { absolute, relative } = differenceOf(whole, pruned);
  if (Math.min(absolute, relative) <= tolerance) return absolute;
  throw new Error(
    `${name} without the pruned channels answers ${absolute.toExponential(1)} away from what it does with them silenced, more than ${tolerance}: they reach the answer on a way that is not known, so nothing is pruned; leave the layers in question out with keepDense`,
  );
}
