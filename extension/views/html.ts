// The page around a view: nothing but its own script and style may load. Pure, so that tests serve the same page.
import { createHash } from 'node:crypto';

export interface PageParts {
  /** Fresh for each page, from a cryptographic source: at least 16 bytes, base64 or hex. */
  readonly nonce: string;
  /** What `webview.cspSource` says: where styles may come from. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly title: string;
}

/**
 * No inline script or style, no images, fonts, frames or network. The view asks for its content (`view/ready`), so that
 * nothing of a run is ever written into the page.
 */
export function webviewHtml({ nonce, cspSource, scriptUri, styleUri, title }: PageParts): string {
  if (!/^[A-Za-z0-9+/_=-]{16,}$/.test(nonce))
    throw new Error('the nonce of a view must be at least 16 characters of base64');
  // The toolkit asks with an empty style element whether the browser knows :focus-visible, and takes its nonce from a
  // meta element, which scripts can read. So styles have one of their own, from which the script's cannot be told.
  const styleNonce = createHash('sha256').update(`style ${nonce}`).digest('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${styleNonce}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
    <meta property="csp-nonce" content="${styleNonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="${escape(styleUri)}">
  </head>
  <body>
    <main id="view" aria-busy="true"></main>
    <noscript>Espalier draws its views with a script, which did not run.</noscript>
    <script type="module" nonce="${nonce}" src="${escape(scriptUri)}"></script>
  </body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);
