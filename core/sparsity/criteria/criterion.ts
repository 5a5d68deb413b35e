// What a saliency criterion is: how much each weight, or each channel, of a layer matters. One file each, listed in table.ts.
import type { WeightMatrix } from '../pattern';

/** What a criterion looks at beside the shape of a layer. */
export type Need = 'weights' | 'gradients' | 'activations' | 'movement' | 'scales';

/** Which scores of a criterion can be compared: those of one output, of one layer, or of the whole model. */
export type Scope = 'row' | 'layer' | 'model';

export interface Criterion {
  /** As commands name it. */
  readonly id: string;
  readonly title: string;
  /** The paper it comes from. */
  readonly source: string;
  /** One line for people. */
  readonly doc: string;
  readonly needs: ReadonlySet<Need>;
  readonly kind: 'weight' | 'channel';
  /** The widest that scores may be compared over. What is narrower is always possible. */
  readonly scope: Scope;
  /**
   * Higher scores are kept. One a weight, rows × cols in matrix order, of a `weight` criterion; one a row of a `channel`
   * criterion. Throws one line where a statistic that it needs is missing.
   */
  score(layer: LayerStatistics): Float32Array;
}

/** What is known of a layer's weight. All of it in matrix order: outputs × (kernel positions, inputs innermost). */
export interface LayerStatistics {
  /** The weight's name, for errors and seeds. */
  readonly param: string;
  readonly matrix: WeightMatrix;
  /** rows × cols. */
  readonly weights: Float32Array;
  /** ∂L/∂w of the task's loss, mean over the calibration batches; rows × cols. */
  readonly gradients?: Float32Array;
  /** Σ |w·g| over the whole model: what SNIP divides by. */
  readonly totalSaliency?: number;
  /** ‖xⱼ‖₂ of what each column is multiplied with, over all calibration samples and positions; groups × cols. */
  readonly activations?: Float32Array;
  /** Σ w·g over the steps of a training; rows × cols. */
  readonly movement?: Float32Array;
  /** |γ| of the norm that follows, one a row. */
  readonly scales?: Float32Array;
  /** Of criteria that draw. */
  readonly seed?: number;
}

type Statistic = 'gradients' | 'activations' | 'movement' | 'scales';

/** A statistic that must be there and of its length. */
export function required(layer: LayerStatistics, key: Statistic): Float32Array {
  const { rows, cols, groups = 1 } = layer.matrix;
  const length = { gradients: rows * cols, activations: groups * cols, movement: rows * cols, scales: rows }[
    key
  ];
  const found = layer[key];
  if (!found) throw new Error(`the ${key} of ${layer.param} are not known`);
  if (found.length !== length)
    throw new Error(`${layer.param} has ${found.length} ${key}, not the ${length} of its shape`);
  return found;
}

/** |w·g|, one a weight: what removing it does to the loss, to first order. */
export function firstOrder(layer: LayerStatistics): Float32Array {
  const gradients = required(layer, 'gradients');
  return layer.weights.map((w, i) => Math.abs(w * gradients[i]!));
}
