// The editor of model files that no text editor can show: it reads, and never writes.
import {
  type CancellationToken,
  CancellationTokenSource,
  type CustomReadonlyEditorProvider,
  type Disposable,
  RelativePattern,
  Uri,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import path from 'node:path';
import { type Channel, serve } from '../../core/protocol/message-rpc';
import type { Handlers } from '../../core/protocol/typed';
import type { ModelFileNotifications, ModelFileRequests } from '../../core/protocol/webview';
import type { LanguageServer } from '../language-client/language-server';
import { modelFileEditor } from '../manifest/views';
import { loadPage } from '../views/page';

interface ModelFileDocument extends Disposable {
  readonly uri: Uri;
}

export class ModelFileEditor implements CustomReadonlyEditorProvider<ModelFileDocument> {
  constructor(
    private readonly extensionUri: Uri,
    private readonly server: LanguageServer,
  ) {}

  register(): Disposable {
    return window.registerCustomEditorProvider(modelFileEditor, this, {
      // A table of thousands of rows is quicker kept than read again.
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    });
  }

  openCustomDocument(uri: Uri): ModelFileDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: ModelFileDocument, panel: WebviewPanel): void {
    const { webview } = panel;
    const name = path.basename(uri.fsPath);
    const channel: Channel = {
      // An editor that closes while it is answered has nobody left to tell.
      post: (message) => void webview.postMessage(message).then(undefined, () => undefined),
      listen: (receive) => {
        const listener = webview.onDidReceiveMessage(receive);
        return () => void listener.dispose();
      },
    };
    const page = serve<ModelFileRequests, ModelFileNotifications>(channel, this.handlers(uri, name));
    const progress = this.server.onModelFileProgress(({ uri: of, ...done }) => {
      if (of === uri.toString()) page.notify('modelFile/progress', done);
    });
    const load = () => loadPage(webview, this.extensionUri, 'model-file', name);
    // An exporter writes a large file in many pieces: the page asks anew once it has been quiet for a moment.
    let timer: NodeJS.Timeout | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(load, 500);
    };
    const folder = Uri.file(path.dirname(uri.fsPath));
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, name));
    const parts: Disposable[] = [
      progress,
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
    ];
    panel.onDidDispose(() => {
      clearTimeout(timer);
      page.dispose();
      for (const part of parts) part.dispose();
    });
    load();
  }

  private handlers(uri: Uri, title: string): Handlers<ModelFileRequests, AbortSignal> {
    const read = (values: boolean, signal: AbortSignal) =>
      withToken(signal, (token) =>
        this.server.ask('espalier/modelFile', { uri: uri.toString(), values }, token),
      );
    return {
      'view/ready': async (_, signal) => ({ view: 'model-file', title, models: await read(false, signal) }),
      'modelFile/measure': (_, signal) => read(true, signal),
    };
  }
}

/** Cancels a request to the server when the page gives up. */
async function withToken<T>(signal: AbortSignal, ask: (token: CancellationToken) => Promise<T>): Promise<T> {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await ask(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
