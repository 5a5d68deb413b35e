// One webview panel: its page, its channel, and what it is told while it is visible.
import type { Disposable, WebviewPanel } from 'vscode';
import { type Channel, serve } from '../../core/protocol/message-rpc';
import type { ParamsOf } from '../../core/protocol/typed';
import type { ViewKind, ViewNotifications, ViewRequests } from '../../core/protocol/webview';
import type { App } from '../app';
import { loadPage } from './page';
import { viewHandlers } from './view-handlers';

export const titles: Readonly<Record<ViewKind, string>> = {
  mask: 'Masks',
  latency: 'Latency',
  run: 'Run',
  compare: 'Compare',
};

export class Panel implements Disposable {
  private readonly server: ReturnType<typeof serve<ViewRequests, ViewNotifications>>;

  constructor(
    private readonly app: App,
    readonly kind: ViewKind,
    readonly folder: string,
    readonly panel: WebviewPanel,
  ) {
    const { webview } = panel;
    const channel: Channel = {
      // A panel that closes while it is answered has nobody left to tell.
      post: (message) => void webview.postMessage(message).then(undefined, () => undefined),
      listen: (receive) => {
        const listener = webview.onDidReceiveMessage(receive);
        return () => void listener.dispose();
      },
    };
    // Before the page, whose first message asks for its state.
    this.server = serve<ViewRequests, ViewNotifications>(channel, viewHandlers(app, kind, folder));
    this.load();
  }

  /** (Re)loads the page. */
  load(): void {
    const { webview, title } = this.panel;
    loadPage(webview, this.app.context.extensionUri, this.kind, title);
  }

  /** A hidden panel has no page to tell; it asks anew when it is shown. */
  notify<K extends keyof ViewNotifications>(method: K, params: ParamsOf<ViewNotifications, K>): void {
    if (this.panel.visible) this.server.notify(method, params);
  }

  dispose(): void {
    this.server.dispose();
  }
}
