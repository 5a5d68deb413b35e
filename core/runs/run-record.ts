// What a run folder says about itself: `.espalier/runs/<id>/run.json` and the lines of `metrics.jsonl`.
import type { Recipe } from '../recipe/recipe';
import type { BudgetOutcome } from '../sparsity/budget';

export type RunStatus = 'running' | 'stopped' | 'finished' | 'failed' | 'interrupted';

/** `run.json`. `graph.json` (the dense ModelGraph) lies beside it. A run whose process is gone reads as `interrupted`. */
export interface RunRecord {
  /** What is written today; {@link parseRecord} reads 1 too. */
  readonly version: 2;
  readonly id: string;
  readonly recipe: Recipe;
  /** Absolute path of the recipe file, when there was one, for the people who look at the run later. */
  readonly recipeFile?: string;
  /** Folder that relative paths in the recipe start from. */
  readonly baseFolder?: string;
  readonly status: RunStatus;
  /** Device id and name that ran it. */
  readonly device: { readonly id: string; readonly name: string };
  /** ISO 8601. */
  readonly created: string;
  readonly updated: string;
  readonly step: number;
  readonly totalSteps: number;
  /** The process that owns the run while it is running. */
  readonly pid?: number;
  readonly result?: RunResult;
  /** One line: what failed and what to do. */
  readonly error?: string;
  /** What the run was begun with; absent in runs of version 1. */
  readonly hashes?: RunHashes;
  /** The best checkpoint so far, which `best.safetensors` holds. */
  readonly best?: BestCheckpoint;
  /** What the recipe's budget left, once channels were cut. */
  readonly budget?: BudgetOutcome;
  /** While the run is running and has no device yet: which run has it. */
  readonly waitingFor?: string;
  /** One line that people should know though the run goes on: a damaged checkpoint, code that changed. */
  readonly notice?: string;
}

/** SHA-256, hexadecimal, of everything that a run's trajectory depends on. */
export interface RunHashes {
  /** Of the recipe without what changes no weight: checkpoints, device. */
  readonly recipe: string;
  /** Of what was read: {@link Dataset.hash}. */
  readonly data: string;
  /** Of the graph without the places in the source that it was read from. */
  readonly model: string;
  /** Of the model's file, where there is one. The run has its own graph: another file changes nothing but is told. */
  readonly code?: string;
}

export interface BestCheckpoint {
  readonly step: number;
  /** The task's headline metric on the test split ({@link headlineKey}), and its value. */
  readonly metric: string;
  readonly value: number;
  /** Of all prunable weights, 0 … 1. */
  readonly density: number;
}

export interface RunResult {
  /** Test accuracy before pruning began and at the end, 0 … 1; of detectors their mAP50. */
  readonly denseAccuracy: number;
  readonly accuracy: number;
  /** Every test metric by name, before pruning began and at the end: `accuracy`, `perplexity`, `mAP50` … */
  readonly metrics?: { readonly dense: Metrics; readonly sparse: Metrics };
  /** Share of prunable weights that are zero or gone, 0 … 1. */
  readonly sparsity: number;
  readonly params: { readonly dense: number; readonly sparse: number };
  readonly flops: { readonly dense: number; readonly sparse: number };
  readonly seconds: number;
}

/** Test metrics by name; shares are 0 … 1. */
export type Metrics = Readonly<Record<string, number>>;

/** One line of `metrics.jsonl`. Absent fields were not measured at that step. */
export interface MetricPoint {
  readonly step: number;
  readonly phase: string;
  readonly loss?: number;
  readonly trainAccuracy?: number;
  readonly testAccuracy?: number;
  /** Every test metric by name, accuracy among them where there is one. */
  readonly metrics?: Metrics;
  /** Density of all prunable weights, and per layer path where masks changed. */
  readonly density: number;
  readonly layerDensity?: Readonly<Record<string, number>>;
  readonly learningRate?: number;
  /** Terms of the method's loss by name, means since the last point that has them. */
  readonly parts?: Metrics;
  /** What there is to see of the method. */
  readonly facts?: MethodFacts;
  /** Seconds since the run began, pauses excluded. */
  readonly seconds: number;
}

/** What a method is about, as views draw it. */
export interface MethodFacts {
  /** Single numbers by name. Those named alike before a colon share a chart: `mean |γ|: kept`, `mean |γ|: doomed`. */
  readonly numbers?: Metrics;
  readonly histograms?: readonly Histogram[];
}

export interface Histogram {
  /** What is counted: `|γ|`. */
  readonly of: string;
  /** Edges of the bins in ascending order, one more than there are bins. */
  readonly edges: readonly number[];
  /** Counts of each series by name, `keep` and `prune`; all have one entry a bin. */
  readonly series: Readonly<Record<string, readonly number[]>>;
}
