// Quick fixes for what reading and the rules found: each an edit of the text as it stands, and undone as one.
import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { diagnosticOf } from '../documents/diagnostic';
import type { ModelState } from '../documents/model-state';
import { fixes } from './fixes/table';

export const quickFixes: Feature = ({ actions, models, provide }) => {
  provide({ codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } });
  actions.add(({ textDocument: { uri }, range, context: { only } }) => {
    const state = models.get(uri);
    const wanted = !only || only.some((kind) => CodeActionKind.QuickFix.startsWith(kind));
    return state && wanted ? actionsFor(state, range) : [];
  });
};

function actionsFor(state: ModelState, range: Range): CodeAction[] {
  const tree = state.syntax?.current;
  // A finding about an earlier text, or a text that does not parse, is no ground for changing it.
  if (!tree || tree.broken || tree.language !== 'python' || state.timer || state.running) return [];
  const offered = new Map<string, CodeAction>();
  for (const remark of state.remarks) {
    const diagnostic = diagnosticOf(state, remark);
    if (!diagnostic || !touches(diagnostic, range) || !state.isHere(remark.range)) continue;
    const model = state.models.find(({ report }) => report.graph.name === remark.model);
    if (model && state.isStale(model)) continue;
    for (const fix of fixes) {
      const problem = { state, remark, range: diagnostic.range, model, root: tree.root };
      for (const { title, edits, preferred } of fix(problem)) {
        // A block that is built ten times has one problem and one remedy.
        offered.set(title, {
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [diagnostic],
          isPreferred: preferred === true,
          edit: { changes: { [state.document.uri]: [...edits] } },
        });
      }
    }
  }
  return [...offered.values()];
}

const touches = ({ range: a }: Diagnostic, b: Range): boolean =>
  a.start.line <= b.end.line && a.end.line >= b.start.line;
