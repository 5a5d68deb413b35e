// What data is to the trainer: batches by index out of two splits, whatever files they come from.

/** An array as it goes to the device: batch first; images and videos with channels last. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** What a model should answer. */
export type Targets =
  /** One class index a sample. */
  | { readonly kind: 'classes'; readonly labels: Int32Array }
  /** batch × length: the token that comes next at each position; −1 where nothing is asked. */
  | { readonly kind: 'tokens'; readonly ids: Int32Array; readonly length: number }
  /** A sample's boxes as rows of class, centre x, centre y, width, height; the last four as shares of the image. */
  | { readonly kind: 'boxes'; readonly boxes: readonly Float32Array[] };

export interface HostBatch {
  /** One for each of the model's inputs. */
  readonly inputs: readonly HostTensor[];
  readonly targets: Targets;
  readonly count: number;
}

export interface Split {
  readonly count: number;
  /** @param augment draws flips, crops and the like from this seed; without it samples come as they are. */
  take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch>;
}

export type TargetSpec =
  | { readonly kind: 'classes'; readonly classes: number; readonly names?: readonly string[] }
  | { readonly kind: 'tokens'; readonly vocabulary: number; readonly length: number }
  | { readonly kind: 'boxes'; readonly classes: number; readonly names?: readonly string[] };

export interface InputSpec {
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** A sample that could not be read and is left out. */
export interface Skipped {
  readonly name: string;
  readonly why: string;
}

export interface Dataset {
  /** What people call it, with the numbers: `MNIST files in mnist (8000 + 2000)`. */
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly InputSpec[];
  readonly targets: TargetSpec;
  readonly train: Split;
  readonly test: Split;
  /** SHA-256 of what was read: a run says which data it saw. */
  readonly hash: string;
  readonly skipped: readonly Skipped[];
}

/** The first `count` test samples, or all of them. */
export const firstOf = ({ count }: Split, most: number): Int32Array =>
  Int32Array.from({ length: Math.min(most, count) }, (_, i) => i);
