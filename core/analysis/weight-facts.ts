// What a file of weights says of one tensor: how it is stored, and how sparse it already is.
import type { AxisRole, ParamName } from '../graph/model-graph';
import type { ValueFacts } from '../sparsity/value-facts';

export interface WeightFacts {
  readonly name: ParamName;
  /** As stored, which may be another order of axes than the graph's. */
  readonly shape: readonly number[];
  readonly axes: readonly AxisRole[];
  /** As the file calls it: `F32`, `BF16`, `int8`. */
  readonly dtype: string;
  readonly bytes: number;
  /** Absent where the values were not read, or cannot be. */
  readonly values?: ValueFacts;
}
