// Inputs to measure with: dense kernels take the same time for any values, so these are random, and always the same.
import { shapeAt } from '../../core/graph/shape';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import { elementsOf } from '../../core/sparsity/mask';

/**
 * One tensor an input of the graph, values in −1 … 1: neither denormals nor zeros, which some kernels treat apart. Whole
 * numbers are places in tables: 0, which every table has.
 */
export function randomInputs({ graph }: TrainedModel, batch: number): TensorData[] {
  return graph.inputs.map((id) => {
    const { shape: dims, dtype } = graph.values[id]!;
    const shape = shapeAt(dims, batch);
    if (dtype === 'int32') return { shape, data: new Int32Array(elementsOf(shape)) };
    // Numerical Recipes' linear congruential generator: good enough for noise, and nothing to seed.
    let state = 1;
    const data = Float32Array.from({ length: elementsOf(shape) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state / 2 ** 31;
    });
    return { shape, data };
  });
}
