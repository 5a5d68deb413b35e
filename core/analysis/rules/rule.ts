// A rule looks at a report and finds what its author may want to know. One file a rule, listed in table.ts.
import type { SourceRange } from '../../graph/model-graph';
import type { ModelReport } from '../report';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Rule {
  /** Stands in the editor as the diagnostic's code. */
  readonly id: string;
  readonly severity: Severity;
  check(report: ModelReport): Finding[];
}

export interface Finding {
  readonly ruleId: string;
  /** One line: what, with numbers, and what to do. */
  readonly message: string;
  readonly source: SourceRange;
  readonly severity: Severity;
  /** What would mend it, for an editor that can change the source. */
  readonly fix?: Fix;
}

export type Fix =
  /** The layer's input could be as wide as this multiple asks for. */
  | { readonly kind: 'width'; readonly path: string; readonly multiple: number }
  /** A BatchNorm could follow the layer. */
  | { readonly kind: 'norm'; readonly path: string }
  /** A comment could say the model's input. */
  | { readonly kind: 'input'; readonly shape: readonly number[] };
