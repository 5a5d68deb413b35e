// An allocator shares one budget of weights out among layers. One file each, listed in table.ts.
import type { ParamName } from '../../graph/model-graph';
import type { WeightMatrix } from '../pattern';

export interface Allocator {
  readonly id: string;
  readonly title: string;
  /** Paper, year, arXiv number. */
  readonly source: string;
  /** One line for people. */
  readonly doc: string;
  /**
   * Density of each layer, 0 … 1, a whole number of weights of which none is left without any; over all layers they
   * keep (1 − sparsity) of the weights, to the nearest one. Throws one line where there are fewer of those than layers.
   */
  allot(layers: readonly AllotLayer[], sparsity: number): Map<ParamName, number>;
}

export interface AllotLayer {
  readonly param: ParamName;
  readonly matrix: WeightMatrix;
  /** Of the parameter, in any order of axes. */
  readonly shape: readonly number[];
  /** What weights are kept by, one a weight; for allocators that go by it. */
  readonly scores?: Float32Array;
}
