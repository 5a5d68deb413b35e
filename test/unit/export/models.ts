// Models with random weights for export tests: the same seed gives the same model.
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { TensorData, TrainedModel } from '../../../core/graph/tensor';
import { shapeAt } from '../../../core/graph/shape';
import { elementsOf } from '../../../core/sparsity/mask';

/** Mulberry32: uniform in 0 … 1. */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function randomTensor(shape: readonly number[], seed: number, low = -1, high = 1): TensorData {
  const next = uniform(seed);
  return { shape, data: Float32Array.from({ length: elementsOf(shape) }, () => low + (high - low) * next()) };
}

/** Weights of a size that keeps activations near 1; variances positive, so that BatchNorm is what it is after training. */
export function randomModel(graph: ModelGraph, seed = 1): TrainedModel {
  const weights = Object.values(graph.params).map(({ name, shape }, i): [string, TensorData] => {
    if (/var(iance)?$/.test(name)) return [name, randomTensor(shape, seed + i, 0.5, 2)];
    const bound = shape.length > 1 ? Math.sqrt(3 / (elementsOf(shape) / Math.max(...shape))) : 1;
    return [name, randomTensor(shape, seed + i, -bound, bound)];
  });
  return { graph, weights: new Map(weights) };
}

export const randomInputs = ({ graph }: TrainedModel, batch: number, seed = 99): TensorData[] =>
  graph.inputs.map((id, i) => randomTensor(shapeAt(graph.values[id]!.shape, batch), seed + i, -2, 2));

/** Largest absolute difference, relative to the largest value of `expected`. NaN counts as infinite. */
export function difference(expected: TensorData, actual: TensorData): number {
  if (expected.shape.join() !== actual.shape.join()) return Infinity;
  let [gap, scale] = [0, 1e-6];
  expected.data.forEach((value, i) => {
    const distance = Math.abs(value - actual.data[i]!);
    gap = Number.isNaN(distance) ? Infinity : Math.max(gap, distance);
    scale = Math.max(scale, Math.abs(value));
  });
  return gap / scale;
}
