// How much each layer, or group of channels, minds being pruned alone: the request, and the report that the command prints.
import type { ModelGraph } from '../graph/model-graph';
import type { DataSpec } from '../recipe/recipe';

export interface SensitivityRequest {
  readonly graph: ModelGraph;
  /** `.safetensors` of the trained weights. */
  readonly weights: string;
  /** What relative paths start from. */
  readonly baseFolder: string;
  readonly data: DataSpec;
  /** As patterns are named: `2:4`, `unstructured`, `channel`. */
  readonly pattern: string;
  /** Shares of a layer's weights, or of a group's channels, that are tried; empty: those that suit the pattern. */
  readonly sparsities: readonly number[];
  /** A key of the table of criteria. */
  readonly criterion: string;
  readonly keepDense?: readonly string[];
  /** What criteria look at: batches of the training split. */
  readonly calibration: { readonly batches: number; readonly batch: number; readonly seed: number };
  /** Of the test split, drawn by the seed, on which everything is measured; all of it where it has no more. */
  readonly samples: number;
  readonly device: string;
}

export interface SensitivityPoint {
  readonly sparsity: number;
  /** Zeros among the layer's weights, counted on the device; of a group, channels that are gone. */
  readonly removed: number;
  readonly loss: number;
  readonly metric: number;
  /** Every answer is that of the dense model to the last bit, though something was removed. */
  readonly unchanged?: true;
}

export interface SensitivityRow {
  /** The layer's path; of a group those that make its channels. */
  readonly name: string;
  /** Weights of the layer, or channels of the group. */
  readonly size: number;
  /** One for each sparsity, in their order. */
  readonly points: readonly SensitivityPoint[];
}

export interface SensitivityReport {
  readonly version: 1;
  readonly model: string;
  readonly pattern: string;
  readonly criterion: string;
  readonly sparsities: readonly number[];
  /** The metric of the task: `accuracy`, `perplexity`, `mAP50-95`. */
  readonly metric: string;
  readonly samples: number;
  readonly device: string;
  readonly dense: { readonly loss: number; readonly metric: number };
  /** Those first whose loss rises most at the highest sparsity. */
  readonly rows: readonly SensitivityRow[];
  /** What the pattern does not fit, and why. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}
