// Problems: what hindered reading the file, and what the rules found in its models.
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import path from 'node:path';
import type { Severity } from '../../core/analysis/rules/rule';
import type { Feature } from '../context';
import type { ModelState } from '../documents/model-state';
import type { Remark } from '../documents/reading';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** More than this is one problem repeated by a loop. */
const mostDiagnostics = 200;

export const diagnostics: Feature = ({ connection, models }) => {
  models.onChange((uri, state) => {
    // While a trace runs the old findings stay: they would only flicker.
    if (state?.running) return;
    const found = state ? collect(state) : [];
    const version = state ? { version: state.document.text.version } : {};
    void connection.sendDiagnostics({ uri, ...version, diagnostics: found });
  });
};

function collect(state: ModelState): Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const remark of state.remarks) {
    const diagnostic = place(state, remark);
    if (!diagnostic) continue;
    // A block that is built ten times is one line of code with one problem.
    unique.set(`${diagnostic.range.start.line}:${remark.code}:${remark.message}`, diagnostic);
    if (unique.size === mostDiagnostics) break;
  }
  return [...unique.values()];
}

function place(state: ModelState, remark: Remark): Diagnostic | undefined {
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
