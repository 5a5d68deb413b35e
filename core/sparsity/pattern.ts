// A sparsity pattern: which weights may be zero together. One file a pattern in patterns/, listed in patterns/table.ts.
import type { DType } from '../graph/model-graph';
import type { Fit } from './fit';
import type { Mask } from './mask';

/** A weight as weight patterns see it: a matrix of outputs × reduction, whatever the framework's layout. */
export interface WeightMatrix {
  readonly rows: number;
  /** Length of the reduction (kh × kw × in/groups): the axis along which N:M groups lie. */
  readonly cols: number;
  /** What the reduction is made of, outermost first: `[3, 3, 16]`. N:M groups lie along its last axis, the inputs. */
  readonly reduction?: readonly number[];
  /** Groups of a grouped or depthwise convolution; 1 or absent otherwise. */
  readonly groups?: number;
}

export interface Pattern {
  readonly id: string;
  /** What people call it: `2:4`, `channel`. */
  readonly label: string;
  /** `weight` patterns mask single weights; `structure` patterns remove whole channels and make tensors smaller. */
  readonly kind: 'weight' | 'structure';
  /** Sparsities it can express, 0 … 1 exclusive of 1. 2:4 can only be 0.5. */
  readonly sparsity: { readonly min: number; readonly max: number };
  /** Neighbours along the reduction of which some are kept, of patterns that have such groups: 4 of 2:4. */
  readonly group?: number;
  fits(weight: WeightMatrix): Fit;
  /**
   * Keeps the highest scores. `scores` is rows × cols, row-major, reduction order.
   * @param density share to keep while a schedule ramps, 0 … 1; an N:M pattern prunes the share of groups that gets it there.
   */
  mask(scores: Float32Array, weight: WeightMatrix, density: number): Mask;
  /**
   * Bytes of a weight stored in this pattern's compressed form, metadata included.
   * @param density share that is kept, of patterns that leave it open; others store what their numbers say.
   */
  bytes(weight: WeightMatrix, dtype: DType, density?: number): number;
}
