// One reading of a model file: through its frontend, analysis and the rules, to reports and findings.
import { analyze } from '../../core/analysis/analyze';
import type { ModelReport } from '../../core/analysis/report';
import type { Finding, Fix, Severity } from '../../core/analysis/rules/rule';
import { findings } from '../../core/analysis/rules/table';
import type { SourceRange } from '../../core/graph/model-graph';
import type { Frontend, TraceRequest } from '../frontends/frontend';

export interface Reading {
  readonly models: readonly ModelReport[];
  readonly remarks: readonly Remark[];
}

/** Something to show in the Problems view. */
export interface Remark {
  readonly range: SourceRange;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** Errors and warnings of reading itself, not findings about a model that was read. */
  readonly hindrance: boolean;
  /** What would mend it, in which model. */
  readonly fix?: Fix;
  readonly model?: string;
}

/** Rejects only when cancelled, or when the frontend itself fails. */
export async function readModels(
  frontend: Frontend,
  request: TraceRequest,
  signal: AbortSignal,
): Promise<Reading> {
  const { models, diagnostics } = await frontend.trace(request, signal);
  signal.throwIfAborted();
  const reports: ModelReport[] = [];
  const remarks: Remark[] = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    hindrance: diagnostic.severity !== 'information',
  }));
  for (const { graph, ...seen } of models) {
    const { source } = seen;
    try {
      const report = analyze(graph, seen);
      reports.push(report);
      remarks.push(...findings(report).map((finding) => remarkOf(finding, graph.name)));
    } catch (error) {
      // A graph that analysis cannot bear is our defect; the file's other models are still shown.
      const message = `${graph.name} was read but cannot be analysed: ${oneLine(error)}`;
      const range = source ?? { file: request.file, startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
      remarks.push({ range, severity: 'warning', code: 'analysis', message, hindrance: true });
    }
  }
  return { models: reports, remarks };
}

const remarkOf = ({ source, severity, ruleId, message, fix }: Finding, model: string): Remark => ({
  range: source,
  severity,
  code: ruleId,
  message,
  hindrance: false,
  ...(fix ? { fix, model } : {}),
});

/** What went wrong, as the one line that people see. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 300);
