// Puts a page of ours into a webview: its own script and style, and nothing else.
import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';
import type { PageKind } from '../../core/protocol/webview';
import { webviewHtml } from './html';

/** (Re)loads the page; a nonce of its own each time. */
export function loadPage(webview: Webview, extensionUri: Uri, kind: PageKind, title: string): void {
  const scripts = Uri.joinPath(extensionUri, 'dist', 'webviews');
  webview.options = { enableScripts: true, localResourceRoots: [scripts] };
  const uri = (file: string) => webview.asWebviewUri(Uri.joinPath(scripts, file)).toString();
  webview.html = webviewHtml({
    nonce: randomBytes(16).toString('base64'),
    cspSource: webview.cspSource,
    scriptUri: uri(`${kind}.js`),
    styleUri: uri(`${kind}.css`),
    title,
  });
}
