// Offers "Write Widths into Source" on a model's own line, where a finished run of it removed channels.
import {
  CodeAction,
  CodeActionKind,
  type CodeActionProvider,
  type Disposable,
  languages,
  type Range,
  type TextDocument,
  Uri,
} from 'vscode';
import { commands, type RunTarget } from '../../core/protocol/commands';
import type { App } from '../app';
import { modelUri } from '../model/model-uri';
import { isFinished, isRunOf, removesChannels } from '../runs/run';

const kind = CodeActionKind.RefactorRewrite;

export const registerWidthsAction = (app: App): Disposable =>
  languages.registerCodeActionsProvider(
    [
      { scheme: 'file', language: 'python' },
      { scheme: 'vscode-notebook-cell', language: 'python' },
    ],
    new WidthsAction(app),
    { providedCodeActionKinds: [kind] },
  );

class WidthsAction implements CodeActionProvider {
  constructor(private readonly app: App) {}

  async provideCodeActions(document: TextDocument, range: Range): Promise<CodeAction[]> {
    const { languageServer, runs } = this.app;
    // It starts with the first model file; moving the cursor in any other is no reason to.
    if (languageServer.state.server !== 'running') return [];
    const uri = modelUri(document);
    const here = (await languageServer.ask('espalier/outline', { uri })).filter(
      ({ place }) => place?.uri === document.uri.toString() && place.line === range.start.line,
    );
    if (here.length === 0) return [];
    const finished = (await runs.list()).filter((run) => isFinished(run) && removesChannels(run));
    const file = Uri.parse(uri, true).fsPath;
    return here.flatMap(({ name }) => {
      const run = finished.find((candidate) => isRunOf(candidate, file, name));
      return run ? [action(name, run.folder, run.record.created)] : [];
    });
  }
}

function action(model: string, folder: string, created: string): CodeAction {
  const title = `Write the widths of ${model}'s run of ${new Date(created).toLocaleString()} into the source…`;
  const made = new CodeAction(title, kind);
  const target: RunTarget = { folder };
  made.command = { command: commands.writeWidths, title, arguments: [target] };
  return made;
}
