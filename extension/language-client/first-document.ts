// Waits for the first document that concerns us, then is gone.
import { Disposable, type TextDocument, workspace } from 'vscode';
import { concerns } from './documents';

const schemes = new Set(['file', 'vscode-notebook-cell']);

/** Calls `found` once, not before the current turn is over, so that activation stays light. */
export function onFirstDocument(found: () => void): Disposable {
  let waiting: Disposable[] = [];
  const stop = () => {
    for (const listener of waiting) listener.dispose();
    waiting = [];
  };
  const look = (document: TextDocument) => {
    if (!schemes.has(document.uri.scheme) || waiting.length === 0) return;
    const { languageId, fileName } = document;
    if (!concerns({ languageId, fileName, text: document.getText() })) return;
    stop();
    found();
  };
  const first = setImmediate(() => workspace.textDocuments.forEach(look));
  waiting = [
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(({ document }) => look(document)),
    new Disposable(() => clearImmediate(first)),
  ];
  return new Disposable(stop);
}
