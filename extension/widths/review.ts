// Shows the changed numbers in VS Code's refactor preview, and says what came of it.
import { Position, Range, type TextDocument, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { SourceEdit, WidthsAnswer } from '../../core/protocol/language-server';
import { type Run, runTitle } from '../runs/run';

/** Resolves when people have accepted the edits, all or some, or have put them aside. One undo takes them back. */
export async function review({ edits, declared }: WidthsAnswer, run: Run, file: string): Promise<void> {
  const title = `Widths of ${runTitle(run.record)}`;
  const all = new WorkspaceEdit();
  for (const { uri, range, from, to } of edits) {
    const said = { label: title, description: `${from} → ${to}`, needsConfirmation: false };
    all.replace(Uri.parse(uri, true), rangeOf(range), String(to), said);
  }
  // What has to be confirmed opens the preview, and is not ticked in it. That can be no width, of which all are needed.
  const { uri, line } = declared ?? { uri: edits[0]!.uri, line: 0 };
  all.insert(Uri.parse(uri, true), new Position(line, 0), `# Widths: run ${run.record.id}\n`, {
    label: 'A comment that names the run',
    needsConfirmation: true,
  });
  const files = await Promise.all(
    [...new Set(edits.map((edit) => edit.uri))].map((each) => watched(each, edits)),
  );
  await workspace.applyEdit(all, { isRefactoring: true });
  if (files.every(({ untouched }) => untouched())) return;
  const { name } = run.record.recipe.model;
  if (files.every(({ isWhole }) => isWhole())) {
    const count = edits.length === 1 ? '1 number' : `${edits.length} numbers`;
    void window.showInformationMessage(
      `${file}: ${count} changed; ${name} is as wide as the run left it, and takes its exported weights`,
    );
    return;
  }
  void window.showWarningMessage(
    `${file}: some of ${edits.length} numbers were left out, so ${name} is neither the old model nor the exported one; undo, and take all`,
  );
}

interface Watched {
  readonly untouched: () => boolean;
  /** Whether every number is changed, whatever else is. */
  readonly isWhole: () => boolean;
}

/** Knows a document as it is and as it has to become. */
async function watched(uri: string, edits: readonly SourceEdit[]): Promise<Watched> {
  const document = await workspace.openTextDocument(Uri.parse(uri, true));
  const before = document.getText();
  const numbers = edits.filter((edit) => edit.uri === uri);
  const whole = replaced(document, numbers);
  const withoutComment = (text: string) => text.replace(/^# Widths: run .*\r?\n/m, '');
  return {
    untouched: () => document.getText() === before,
    isWhole: () => withoutComment(document.getText()) === withoutComment(whole),
  };
}

function replaced(document: TextDocument, edits: readonly SourceEdit[]): string {
  const spans = edits.map(({ range, to }) => {
    const { start, end } = rangeOf(range);
    return { start: document.offsetAt(start), end: document.offsetAt(end), to };
  });
  return spans
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, to }) => text.slice(0, start) + String(to) + text.slice(end),
      document.getText(),
    );
}

const rangeOf = ({ start, end }: SourceEdit['range']): Range =>
  new Range(start.line, start.character, end.line, end.character);
