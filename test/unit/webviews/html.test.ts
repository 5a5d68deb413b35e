// The page of a view lets nothing in but its own script and style.
import { describe, expect, it } from 'vitest';
import { webviewHtml } from '../../../extension/views/html';

const parts = {
  nonce: 'q83vEjRWeJCrze8SNFZ4kA==',
  cspSource: 'https://*.vscode-cdn.net',
  scriptUri: 'https://file+.vscode-resource/dist/webviews/mask.js',
  styleUri: 'https://file+.vscode-resource/dist/webviews/mask.css',
  title: 'Masks',
};

describe('the page of a view', () => {
  it('allows scripts by nonce alone, styles by source, and nothing else', () => {
    const page = webviewHtml(parts);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/
      .exec(page)![1]!
      .replaceAll('&#39;', "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'nonce-${parts.nonce}';`);
    expect(policy).not.toContain('unsafe');
    expect(policy).toMatch(/style-src https:\/\/\*\.vscode-cdn\.net 'nonce-[^']+';/);
    expect(page).not.toMatch(/ style=| on\w+=/);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('does not show the nonce of scripts where scripts can read it', () => {
    const style = /property="csp-nonce" content="([^"]+)"/.exec(webviewHtml(parts))![1]!;
    expect(style.length).toBeGreaterThan(16);
    expect(style).not.toContain(parts.nonce.slice(0, 8));
  });

  it('escapes what it is given', () => {
    const page = webviewHtml({
      ...parts,
      title: '</title><script>alert(1)</script>',
      scriptUri: 'a"onload="b',
    });
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('a"onload');
    expect(page).toContain('&lt;/title&gt;');
  });

  it('refuses a nonce that could break out of the policy or be guessed', () => {
    for (const nonce of ['', 'short', `${parts.nonce}' 'unsafe-inline`, `${parts.nonce}">`])
      expect(() => webviewHtml({ ...parts, nonce })).toThrow('nonce');
  });
});
