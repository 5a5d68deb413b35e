// A remark as the editor's Problems view takes it, at its present place.
import path from 'node:path';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Severity } from '../../core/analysis/rules/rule';
import type { ModelState } from './model-state';
import type { Remark } from './reading';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Undefined when its line is gone. What another file holds is said at the top of this one. */
export function diagnosticOf(state: ModelState, remark: Remark): Diagnostic | undefined {
  const placed = state.rangeOf(remark);
  if (!placed) return undefined;
  const { startLine, startColumn, endLine, endColumn } = placed.range;
  const where = placed.here ? '' : `${path.basename(remark.range.file)}:${remark.range.startLine + 1}: `;
  return {
    range: {
      start: { line: startLine, character: startColumn },
      end: { line: endLine, character: endColumn },
    },
    severity: severities[remark.severity],
    code: remark.code,
    source: 'espalier',
    message: where + remark.message,
  };
}
