// What a method tells everyone but the trainer: its name, source, options, and which graphs it applies to.
import type { ModelReport } from '../../analysis/report';
import type { Fit } from '../../sparsity/fit';
import type { Field, NumberField } from '../field';
import type { Recipe } from '../recipe';

/** The training code lives in `training/methods/<id>/`; the two are joined by id. */
export interface MethodSpec {
  readonly id: string;
  readonly title: string;
  /** One line for the picker: what it does and what comes out. */
  readonly summary: string;
  /** Paper, year, arXiv number. */
  readonly source: string;
  /** A pattern's name, or what its options make of it. */
  readonly pattern: string | ((options: Recipe['options']) => string);
  /** Bounds and default of the recipe's `sparsity` for this method, with what it is a share of. */
  readonly sparsity: NumberField;
  readonly options: readonly Field[];
  /**
   * What is wrong between options that are each fine alone, as one line and the key to point at.
   * @param hasBudget whether the recipe says what may be left in place of what goes.
   */
  clash?(
    options: Recipe['options'],
    hasBudget?: boolean,
  ): { readonly key: string; readonly message: string } | undefined;
  applies(model: ModelReport): Fit;
}
