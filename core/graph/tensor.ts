// Tensors as plain data: what crosses the border between files, processes and devices.
import type { ModelGraph, ParamName } from './model-graph';

export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export type Weights = ReadonlyMap<ParamName, TensorData>;

/** A graph with the values of its parameters, in the framework's names and layouts. */
export interface TrainedModel {
  readonly graph: ModelGraph;
  readonly weights: Weights;
}
