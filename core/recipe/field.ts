// A recipe field as data: what validation, completion, hovers and the quick picks are all derived from.

export type Field = NumberField | ChoiceField | PatternField | TextField | FlagField | ListField;

interface FieldBase {
  readonly key: string;
  /** One line for people, with the unit and, where it matters, the source ("cubic exponent, Zhu & Gupta 2017"). */
  readonly doc: string;
  /** May be left out, and then stays out, its default being what holds; every other field without a default must be written. */
  readonly optional?: true;
}

export interface NumberField extends FieldBase {
  readonly type: 'number' | 'integer';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** There is no default: the number is only what completion writes. */
  readonly isExample?: true;
  /** The default where training starts from trained weights, when that is another one. */
  readonly whenTrained?: number;
  /** `steps`, `epochs`, `share of FLOPs`, … */
  readonly unit?: string;
}

export interface ChoiceField extends FieldBase {
  readonly type: 'choice';
  readonly choices: readonly { readonly value: string; readonly doc: string }[];
  readonly default?: string;
}

/** The name of a pattern of single weights: `unstructured`, `1:4`, `block 4x4`. */
export interface PatternField extends FieldBase {
  readonly type: 'pattern';
  readonly default: string;
}

export interface TextField extends FieldBase {
  readonly type: 'text';
  readonly default?: string;
}

export interface FlagField extends FieldBase {
  readonly type: 'flag';
  readonly default: boolean;
}

/** Several texts. */
export interface ListField extends FieldBase {
  readonly type: 'list';
  readonly optional: true;
  readonly default?: undefined;
}
