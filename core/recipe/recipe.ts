// The recipe: one file that says which model is trained sparse, how, on what data. `*.espalier.yaml`.
import type { Budget } from '../sparsity/budget';
import type { DataSpec } from './data-kinds';

export type { DataSpec };

export interface Recipe {
  readonly version: 1;
  readonly model: ModelRef;
  /** A method's id, a key of `core/recipe/methods/table.ts`. */
  readonly method: string;
  /** Share removed: of weights for weight patterns, of FLOPs for channel pruning. 0 … 1. Absent where there is a budget. */
  readonly sparsity?: number;
  /** Of methods that cut channels: what may be left, in place of {@link sparsity}. */
  readonly budget?: Budget;
  /** Paths of layers, or of modules around them, that stay as they are. */
  readonly keepDense?: readonly string[];
  /** The method's own hyperparameters, as its spec declares them; defaults are filled in by validation. */
  readonly options: Readonly<Record<string, number | string | boolean>>;
  readonly data: DataSpec;
  readonly training: TrainingSpec;
  /** A device id (`wasm`, `webgpu`, `cuda`, `tensorflow`) or `auto`. */
  readonly device: string;
}

export interface ModelRef {
  /** Path of the model file, relative to the recipe. */
  readonly file: string;
  /** Class, factory or variable in that file. */
  readonly name: string;
  /** `.safetensors` with weights to start from, relative to the recipe; absent: the framework's initialisation. */
  readonly weights?: string;
}

export interface TrainingSpec {
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: 'adam' | 'adamw' | 'sgd';
  readonly learningRate: number;
  /** Of sgd. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  /** Biases and scales of norms decay too. */
  readonly decayAll?: boolean;
  /** A key of the trainer's table of schedules. */
  readonly schedule?: 'cosine' | 'constant' | 'linear' | 'step' | 'polynomial';
  /** Steps. */
  readonly warmUp?: number;
  /** Share of the learning rate that is left at the end. */
  readonly floor?: number;
  /** Epochs between two drops, and what each multiplies the rate by. */
  readonly dropEvery?: number;
  readonly dropTo?: number;
  readonly power?: number;
  /** Bounds of gradients: of their norm over all parameters, of each entry. */
  readonly clipNorm?: number;
  readonly clipValue?: number;
  /** Parts that a batch is computed in, one after another. */
  readonly accumulate?: number;
  /** Decay of the moving average of weights that is evaluated and handed on. */
  readonly average?: number;
  readonly labelSmoothing?: number;
  readonly seed: number;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
}
