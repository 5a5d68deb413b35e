// What an export format is: how a model becomes files, and what those files say when they are read back.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData, TrainedModel, Weights } from '../../core/graph/tensor';
import type { Bits } from '../../core/quantisation/grid';
import type { Mask } from '../../core/sparsity/mask';

/** One inference: tensors in the order of the graph's inputs in, in the order of its outputs out. */
export type Predict = (model: TrainedModel, inputs: readonly TensorData[]) => Promise<TensorData[]>;

/** What is handed back. */
export interface Subject {
  readonly model: TrainedModel;
  /** Of weights that are zero wherever their mask says so, rows × cols in matrix order. */
  readonly masks: ReadonlyMap<ParamName, Mask>;
  /** The grids that weights lie on already. */
  readonly grids: ReadonlyMap<ParamName, WeightGrid>;
}

/** Where the values of a weight lie: whole numbers times scales. */
export interface WeightGrid {
  readonly bits: Bits;
  /** Row by row, group by group. */
  readonly scales: Float32Array;
  /** Stored weights that share a scale, along a row; absent: a whole row. */
  readonly group?: number;
  /** Scale of what the weight is multiplied with, where that was quantised too. */
  readonly input?: number;
}

/** The bytes of each file by what follows its name: `.safetensors`, `.masks.safetensors`. */
export type ExportFiles = ReadonlyMap<string, Uint8Array>;

/** All that a stranger gets out of the files. */
export interface Reloaded {
  readonly weights: Weights;
  readonly masks?: ReadonlyMap<ParamName, Mask>;
  readonly outputs: readonly TensorData[];
}

export interface ExportFormat {
  /** With the dot: `.onnx`. The first file is called so. */
  readonly extension: string;
  readonly label: string;
  /** What is handed back where that is not the checkpoint as it is: its weights rounded. Throws one line when that cannot be. */
  prepare?(subject: Subject): Subject;
  write(subject: Subject): ExportFiles;
  readBack(files: ExportFiles, inputs: readonly TensorData[]): Promise<Reloaded>;
  /** Endings of files that are written beside the first one for some models only. */
  readonly sidecars?: readonly string[];
  /** Whether bytes that begin like this were written by Espalier, so that they may be overwritten. */
  isOurs(head: Uint8Array): boolean;
  /** One line that helps with the file. */
  hint?(file: string, model: TrainedModel): string;
}

/** How much of a file `isOurs` gets to see. */
export const headBytes = 65_536;
