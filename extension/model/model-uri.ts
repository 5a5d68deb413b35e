// The URI under which the language server knows a document: a notebook's for all of its cells.
import { type TextDocument, workspace } from 'vscode';

export function modelUri(document: TextDocument): string {
  if (document.uri.scheme !== 'vscode-notebook-cell') return document.uri.toString();
  const notebook = workspace.notebookDocuments.find((candidate) =>
    candidate.getCells().some((cell) => cell.document === document),
  );
  return (notebook ?? document).uri.toString();
}
