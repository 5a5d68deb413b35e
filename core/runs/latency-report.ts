// A latency measurement: dense against sparse, interleaved in one run, on one named engine. `latency.json`.
import type { Verdict } from '../sparsity/fit';

export interface LatencyReport {
  readonly version: 1;
  /** What ran it: `ONNX Runtime 1.30 (CPU, 1 thread)`, `WASM (embedded CPU)`. */
  readonly engine: string;
  readonly machine: string;
  readonly batch: number;
  readonly rounds: number;
  readonly measured: string;
  /**
   * Milliseconds of one call that computes next to nothing: part of every figure here, and one reason why layers,
   * each run on its own, add up to more than the model.
   */
  readonly callMs?: number;
  readonly total: Comparison;
  readonly layers: readonly LayerComparison[];
}

export interface LayerComparison extends Comparison {
  readonly path: string;
  readonly op: string;
  readonly denseShape: readonly number[];
  readonly sparseShape: readonly number[];
}

/** Medians of the same number of interleaved rounds. A ratio whose interval includes 1 is no speed-up, and views say so. */
export interface Comparison {
  readonly dense: Spread;
  readonly sparse: Spread;
  /** Median over rounds of dense / sparse within a round, and its 10th and 90th percentile. */
  readonly speedup: Spread;
  readonly verdict: Verdict;
}

/** Milliseconds (or a ratio): median, 10th and 90th percentile. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median, and what the middle half of the samples lies between: how noisy a measurement was. */
export interface Quartiles {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** What a recipe's shapes are worth before it is trained: measured, or the reason why nothing is claimed. */
export interface LatencyPreview {
  /** What it was measured on, where that is not the run's device. */
  readonly engine?: string;
  readonly verdict: Verdict;
  /** Of the whole model at batch 1; absent where the pattern leaves all shapes as they are. */
  readonly comparison?: Comparison;
}
