// Problems: what hindered reading the file, and what the rules found in its models.
import type { Diagnostic } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { diagnosticOf } from '../documents/diagnostic';
import type { ModelState } from '../documents/model-state';

/** More than this is one problem repeated by a loop. */
const mostDiagnostics = 200;

export const diagnostics: Feature = ({ connection, cells, models }) => {
  models.onChange((uri, state) => {
    // While a trace runs the old findings stay: they would only flicker.
    if (state?.running) return;
    const found = state ? collect(state) : [];
    for (const published of cells.diagnostics(uri, found)) {
      // A cell's version is not its notebook's.
      const version = state && published.uri === uri ? { version: state.document.text.version } : {};
      void connection.sendDiagnostics({ ...published, ...version });
    }
  });
};

function collect(state: ModelState): Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const remark of state.remarks) {
    const diagnostic = diagnosticOf(state, remark);
    if (!diagnostic) continue;
    // A block that is built ten times is one line of code with one problem.
    unique.set(`${diagnostic.range.start.line}:${remark.code}:${remark.message}`, diagnostic);
    if (unique.size === mostDiagnostics) break;
  }
  return [...unique.values()];
}
