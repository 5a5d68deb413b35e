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
}
