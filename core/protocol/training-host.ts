// What VS Code (or the CLI) and the training host say to each other: JSON-RPC 2.0 over stdio.
import type { ModelGraph } from '../graph/model-graph';
import type { DataSpec, Recipe } from '../recipe/recipe';
import type { ExportFormatId } from '../runs/export-formats';
import type { LatencyPreview, LatencyReport } from '../runs/latency-report';
import type { MetricPoint, Metrics, RunRecord } from '../runs/run-record';
import type { Budget, BudgetOutcome } from '../sparsity/budget';
import type { SensitivityReport, SensitivityRequest } from './sensitivity';

/** Sent by the extension; answered by the host. A rejected request carries one line for people. */
export interface TrainingHostRequests {
  /** Which devices exist here and why the others do not; asked for the device picker and the status item. */
  'host/devices': (params: Record<string, never>) => DeviceInfo[];
  /**
   * Links the TensorFlow of a Python environment, or fetches one by pip. Steps come as `devices/step`; cancellable.
   * Answers with the device that can be used by then.
   */
  'devices/install': (params: InstallDevice) => DeviceInfo;
  /** Begins a run. Answers once the folder exists; progress follows as notifications. */
  'runs/start': (params: StartRun) => RunRecord;
  /** What a run would take: memory by estimate, time by a few real steps. Begins and writes nothing; cancellable. */
  'runs/preview': (params: Pick<StartRun, 'recipe' | 'graph' | 'baseFolder'>) => RunPreview;
  /** The settings of a recipe that nobody has edited, fitted to the graph, the size of the data and the device's memory. */
  'recipes/fit': (params: Pick<StartRun, 'recipe' | 'graph' | 'baseFolder'>) => Recipe;
  /** Continues a run from its last checkpoint. What changed since it began is refused ({@link wouldDiffer}) unless `force`. */
  'runs/resume': (params: { readonly folder: string; readonly force?: boolean }) => RunRecord;
  /** Stops at the next step, after a checkpoint. Answers when the run has stopped. */
  'runs/stop': (params: { readonly folder: string }) => RunRecord;
  /** The runs under a `.espalier/runs` folder, newest first; unreadable ones are left out. */
  'runs/list': (params: { readonly runsFolder: string }) => RunSummary[];
  /** Metrics of a run from a line number on, for views that (re)open. */
  'runs/metrics': (params: { readonly folder: string; readonly from: number }) => MetricPoint[];
  /** The layers a mask view can show. */
  'masks/layers': (params: { readonly folder: string }) => MaskLayer[];
  /** A window of one layer's mask and weights. */
  'masks/page': (params: MaskPageRequest) => MaskPage;
  /** Measures dense against sparse. Progress comes as `benchmark/progress`; cancellable through the request's token. */
  'benchmark/run': (params: BenchmarkRequest) => LatencyReport;
  /** The last report of a run, or null. */
  'benchmark/last': (params: { readonly folder: string }) => LatencyReport | null;
  /** Writes the sparse model for another framework and checks it by reloading. Answers with the files written. */
  'export/run': (params: ExportRequest) => ExportResult;
  /** The graph of a finished run before and after it removed channels, for "Write Widths into Source". */
  'export/widths': (params: { readonly folder: string }) => RunWidths;
  /**
   * Prunes weights without training and writes what is left. Progress comes as `prune/progress`; cancellable, and nothing
   * is written then.
   */
  'prune/run': (params: PruneRequest) => PruneReport;
  /** Prunes one layer or group at a time and measures what it costs. Progress as of `prune/run`; cancellable, writes nothing. */
  'sensitivity/run': (params: SensitivityRequest) => SensitivityReport;
  /** Loads a TF.js model file (trusted workspaces only) and answers with its topologies. */
  'tfjs/load': (params: { readonly file: string; readonly text?: string }) => TfjsModel[];
}

/** Sent by the host; nobody answers. */
export interface TrainingHostNotifications {
  /** Several times a second at most, while a run runs. */
  'run/progress': (params: RunProgress) => void;
  /** One line for people at each step of `devices/install`. */
  'devices/step': (params: { readonly text: string }) => void;
  /** Once, when a run ends in whatever way. */
  'run/ended': (params: { readonly folder: string; readonly record: RunRecord }) => void;
  /** While something is pruned, for good or to see what it costs; `done` of 100. */
  'prune/progress': (params: { readonly done: number; readonly what: string }) => void;
  'benchmark/progress': (params: {
    readonly folder: string;
    readonly done: number;
    readonly of: number;
    readonly what: string;
  }) => void;
}

/** What is pruned, how much, and by what. */
export interface PruneOptions {
  /** As patterns are named: `2:4`, `unstructured`, `channel`. */
  readonly pattern: string;
  /** Share to remove: of weights, or of FLOPs for channels. Exactly one of it and {@link budget} is given. */
  readonly sparsity?: number;
  /** Of channels: what may be left. */
  readonly budget?: Budget;
  /** A key of the table of criteria, or `sparsegpt`. */
  readonly criterion: string;
}

export interface PruneRequest extends PruneOptions {
  readonly graph: ModelGraph;
  /** `.safetensors` of the trained weights. */
  readonly weights: string;
  /** What relative paths start from. */
  readonly baseFolder: string;
  /** What criteria look at and metrics are measured on. */
  readonly data?: DataSpec;
  readonly keepDense?: readonly string[];
  /** Kept channels are a multiple of this. */
  readonly roundTo?: number;
  /** Measures BatchNorm's running statistics anew afterwards. */
  readonly recalibrate?: boolean;
  readonly calibration: { readonly batches: number; readonly batch: number; readonly seed: number };
  readonly device: string;
  /** A file that ends in `.safetensors`. */
  readonly destination: string;
  /** Where the model's class or factory is, for the script that loads it. */
  readonly source?: { readonly file: string; readonly name: string };
}

export interface PrunedLayer {
  readonly path: string;
  readonly param: string;
  /** Of the dense weight matrix. */
  readonly rows: number;
  readonly cols: number;
  /** Share of its values that were not zero, and that are there and not zero now. */
  readonly before: number;
  readonly density: number;
  /** Of the weight as it is now, in the framework's layout. */
  readonly shape: readonly number[];
}

export interface PruneReport {
  readonly layers: readonly PrunedLayer[];
  /** Layers that stay as they are, and why. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
  readonly params: { readonly dense: number; readonly sparse: number };
  readonly flops: { readonly dense: number; readonly sparse: number };
  /** Where a budget was asked for. */
  readonly budget?: BudgetOutcome;
  /** On held-out data, where there is data. */
  readonly metrics?: { readonly main: string; readonly before: Metrics; readonly after: Metrics };
  readonly device: string;
  readonly files: readonly string[];
  readonly summary: string;
}

/** How the refusal to resume a run begins whose data, recipe or model changed: the one that `force` overrides. */
export const wouldDiffer = 'the resumed run would not be the same';

export interface DeviceInfo {
  readonly id: string;
  readonly name: string;
  readonly kind: 'gpu' | 'cpu';
  readonly available: boolean;
  /** Why it is unavailable and what to do, or what it is good for. */
  readonly detail: string;
  /** Bytes that a run may take there; absent where nobody can tell. */
  readonly memory?: number;
}

export interface InstallDevice {
  /** Folders whose Python environments count. */
  readonly folders: readonly string[];
  /** Fetch TensorFlow where there is none. */
  readonly fetch: boolean;
  /** The one for NVIDIA GPUs. */
  readonly gpu: boolean;
}

export interface StartRun {
  readonly recipe: Recipe;
  readonly graph: ModelGraph;
  /** Folder that relative paths in the recipe start from. */
  readonly baseFolder: string;
  readonly runsFolder: string;
  readonly recipeFile?: string;
}

export interface RunPreview {
  readonly device: { readonly id: string; readonly name: string };
  /** What the data is called, with its numbers. */
  readonly data: string;
  readonly totalSteps: number;
  /** Of a dense step, evaluation apart. */
  readonly secondsPerStep: number;
  /** Bytes; `activations` are those of one part of a batch. */
  readonly memory: {
    readonly parameters: number;
    readonly optimizer: number;
    readonly gradients: number;
    readonly activations: number;
    readonly total: number;
  };
  /** Bytes that the device has for it, where that is known. */
  readonly room?: number;
  /** Of inference on that device, dense against the shapes that the recipe aims at. */
  readonly latency: LatencyPreview;
}

export interface RunSummary {
  readonly folder: string;
  readonly record: RunRecord;
}

export interface RunProgress {
  readonly folder: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly phase: string;
  readonly etaSeconds: number;
  readonly point: MetricPoint;
}

export interface MaskLayer {
  readonly path: string;
  readonly param: string;
  /** Rows (outputs) and columns (reduction) of the dense weight. */
  readonly rows: number;
  readonly cols: number;
  readonly density: number;
  /** For structural runs: which output channels were kept. */
  readonly keptRows?: readonly boolean[];
  /** For N:M runs: M, so that the view can draw the groups. */
  readonly groupSize?: number;
}

/** Rows and columns are of the dense matrix; `stride` > 1 asks for every stride-th row and column averaged into one cell. */
export interface MaskPageRequest {
  readonly folder: string;
  readonly param: string;
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
  readonly stride: number;
}

export interface MaskPage {
  readonly rows: number;
  readonly cols: number;
  /** Base64 of one byte a cell, row-major: density of the cell × 255. */
  readonly density: string;
  /** Base64 of little-endian float32 weights, row-major; only at stride 1. */
  readonly weights?: string;
}

export interface BenchmarkRequest {
  readonly folder: string;
  /** `onnxruntime` or a device id. */
  readonly engine: string;
  readonly batch: number;
}

export interface ExportRequest {
  readonly folder: string;
  readonly format: ExportFormatId;
  readonly destination: string;
  /** Which checkpoint, the last one where it is not said; or the model that pruning began from. */
  readonly which?: 'last' | 'best' | 'dense';
}

export interface ExportResult {
  readonly files: readonly string[];
  /** Largest absolute difference of the logits after reloading, over a batch of real inputs. */
  readonly maxDifference: number;
  readonly summary: string;
  /** One line that helps with the file: a command to run where its runtime is. */
  readonly hint?: string;
}

export interface RunWidths {
  /** Absolute path of the model's file, and which model of it this is. */
  readonly file: string;
  readonly model: string;
  readonly dense: ModelGraph;
  readonly sparse: ModelGraph;
}

export interface TfjsModel {
  readonly name: string;
  /** What `model.toJSON()` says: a Keras config. */
  readonly topology: unknown;
  /** Zero-based line of each layer's construction, by layer name, where it is known. */
  readonly lines: Readonly<Record<string, number>>;
  /** Zero-based line of the model's function or variable. */
  readonly line: number;
}
