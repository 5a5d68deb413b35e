// Activation: wires the parts and starts nothing. Processes start with the first model file or command that needs them.
import path from 'node:path';
import { type ExtensionContext, Uri, window, workspace } from 'vscode';
import type { App } from './app';
import { registerCommands } from './commands/register';
import { onFirstDocument } from './language-client/first-document';
import { LanguageServer } from './language-client/language-server';
import { StatusItem } from './language-client/status-item';
import { PythonPath } from './python/python-path';
import { disposeLog, log } from './log';
import { contextKeys, setContextKey } from './manifest/context-keys';
import { readSetting } from './manifest/read-setting';
import { settings } from './manifest/settings';
import { views } from './manifest/views';
import { ModelFileEditor } from './model-file/editor';
import { ModelTree } from './model-view/tree';
import { LiveRuns } from './runs/live-runs';
import { onHostCrash } from './runs/host-crash';
import { RunStore } from './runs/run-store';
import { RunsTree } from './runs/tree';
import { TrainingHost } from './training-host/training-host';
import { loadTfjs } from './training-host/load-tfjs';
import { Panels } from './views/panels';
import { registerWidthsAction } from './widths/code-action';

let running: App | undefined;

export function activate(context: ExtensionContext): void {
  const distDir = Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const trainingHost = new TrainingHost({
    bundle: path.join(distDir, 'training-host.cjs'),
    env: threads,
    onLine: (line) => log().info(`training host: ${line.replace(/^training host: /, '')}`),
    onCrash: ({ reason }, asked) => void onHostCrash(app, reason, asked),
  });
  const languageServer = new LanguageServer({
    distDir,
    handlers: { 'espalier/loadTfjs': loadTfjs(trainingHost) },
    pythonPath: () => python.start(),
    changed: (_, event) => {
      status?.update();
      modelTree?.changed(event);
      if (event.kind === 'document' && event.status.state === 'exact')
        void setContextKey(contextKeys.modelSeen, true);
    },
  });
  const python = new PythonPath((path) => void languageServer.choosePython(path));
  const live = new LiveRuns(trainingHost);
  const runs = new RunStore(context.workspaceState, live, (runsFolder) =>
    trainingHost.ask('runs/list', { runsFolder }),
  );
  const panels = new Panels(() => app);
  const modelTree = new ModelTree(languageServer);
  const tree = new RunsTree(runs, live);
  const runsView = window.createTreeView(views.runs, { treeDataProvider: tree, canSelectMany: true });
  const selectedRuns = () => runsView.selection;
  const app: App = { context, languageServer, trainingHost, live, runs, selectedRuns, panels, modelTree };
  running = app;
  panels.listen();
  let status: StatusItem | undefined;

  const firstDocument = onFirstDocument(() => {
    status = new StatusItem(() => languageServer.state);
    context.subscriptions.push(status);
    // A failed start shows in the status item; the command that needs the server tells it again.
    languageServer.start().catch((error: unknown) => log().error(String(error)));
  });

  context.subscriptions.push(
    ...registerCommands(app),
    firstDocument,
    tree,
    modelTree,
    python,
    runsView,
    registerWidthsAction(app),
    new ModelFileEditor(context.extensionUri, languageServer).register(),
    workspace.onDidGrantWorkspaceTrust(() => void languageServer.trust()),
    workspace.onDidCloseTextDocument(({ uri }) => languageServer.forget(uri.toString())),
    workspace.onDidCloseNotebookDocument(({ uri }) => languageServer.forget(uri.toString())),
    { dispose: live.onDidChange(() => void setContextKey(contextKeys.liveRun, live.all.length > 0)) },
    runs,
    panels,
    languageServer,
  );
}

/** For the training host, which reads it when TensorFlow starts. */
function threads(): Record<string, string> {
  const count = Math.round(readSetting(settings.threads));
  return count > 0 ? { ESPALIER_THREADS: String(count) } : {};
}

/** VS Code waits a few seconds for this: enough to end both processes, and the training host frees the GPU with its own. */
export async function deactivate(): Promise<void> {
  await Promise.allSettled([running?.trainingHost.close(), running?.languageServer.stop()]);
  disposeLog();
}
