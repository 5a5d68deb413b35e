// What an export format is: how a model becomes bytes, and how those bytes compute when they are read back.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';

/** One inference: tensors in the order of the graph's inputs in, in the order of its outputs out. */
export type Predict = (model: TrainedModel, inputs: readonly TensorData[]) => Promise<TensorData[]>;

export interface ExportFormat {
  /** With the dot: `.onnx`. */
  readonly extension: string;
  readonly label: string;
  write(model: TrainedModel): Uint8Array;
  /** Loads what was written, as a stranger would, and computes with it. */
  readBack(bytes: Uint8Array, inputs: readonly TensorData[]): Promise<TensorData[]>;
  /** Whether bytes that begin like this were written by Espalier, so that they may be overwritten. */
  isOurs(head: Uint8Array): boolean;
}

/** How much of a file `isOurs` gets to see. */
export const headBytes = 65_536;
