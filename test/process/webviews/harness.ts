// A view in a real browser: the real page and bundle, VS Code's side of the wire played by the real `serve`.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { serve } from '../../../core/protocol/message-rpc';
import type { Handlers, ParamsOf } from '../../../core/protocol/typed';
import type {
  ModelFileNotifications,
  ModelFileRequests,
  PageKind,
  ViewNotifications,
  ViewRequests,
} from '../../../core/protocol/webview';
import { webviewHtml } from '../../../extension/views/html';
import { type EditorTheme, editorThemes } from './themes';

const root = path.resolve(import.meta.dirname, '../../..');
const output = path.join(root, 'test/e2e/output/webviews');
const executable = process.env['ESPALIER_CHROMIUM'] ?? '/usr/bin/chromium';

export const hasChromium = existsSync(executable);
if (!hasChromium) {
  if (process.env['ESPALIER_REQUIRE_ALL'])
    throw new Error(`${executable} is missing: views cannot be tested`);
  console.warn(`${executable} is missing: tests of views are left out (apt install chromium)`);
}

type Requests = ViewRequests & ModelFileRequests;
type Notifications = ViewNotifications & ModelFileNotifications;
export type ViewHandlers = Handlers<Requests, AbortSignal>;

/** Handlers that refuse everything but what a test gives. */
export function handlers(given: Partial<ViewHandlers>): ViewHandlers {
  const refuse = (method: string) => () => Promise.reject(new Error(`the test does not answer ${method}`));
  return {
    'view/ready': refuse('view/ready'),
    'masks/page': refuse('masks/page'),
    'run/metrics': refuse('run/metrics'),
    'run/stop': refuse('run/stop'),
    'run/resume': refuse('run/resume'),
    'view/open': refuse('view/open'),
    'latency/measure': refuse('latency/measure'),
    'modelFile/measure': refuse('modelFile/measure'),
    ...given,
  };
}

/** One browser and one server for all views of a test file. */
export class Harness {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
  ) {}

  static async start(): Promise<Harness> {
    await mkdir(output, { recursive: true });
    const server = createServer((request, response) => {
      void answer(request.url ?? '/', request.headers.host ?? '').then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      executablePath: executable,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    return new Harness(browser, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async open(kind: PageKind, given: Partial<ViewHandlers>, options: OpenOptions = {}): Promise<OpenView> {
    const { theme = editorThemes[0]!, width = 1120, height = 820, state } = options;
    const context = await this.browser.newContext({
      viewport: { width, height },
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    return OpenView.open(page, `${this.origin}/${kind}.html`, handlers(given), theme, state);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface OpenOptions {
  readonly theme?: EditorTheme;
  readonly width?: number;
  readonly height?: number;
  /** What `getState` answers: kept before a reload. */
  readonly state?: unknown;
}

async function answer(
  url: string,
  host: string,
): Promise<{ status: number; type: string; body: string | Buffer }> {
  const name = path.basename(url);
  const kind = name.replace(/\.\w+$/, '');
  if (name.endsWith('.html')) {
    const nonce = randomBytes(16).toString('base64');
    const parts = {
      cspSource: `http://${host}`,
      scriptUri: `/${kind}.js`,
      styleUri: `/${kind}.css`,
      title: kind,
    };
    return { status: 200, type: 'text/html', body: webviewHtml({ nonce, ...parts }) };
  }
  const file = path.join(root, 'dist/webviews', name);
  if (!existsSync(file)) return { status: 404, type: 'text/plain', body: `no ${name}` };
  return {
    status: 200,
    type: name.endsWith('.css') ? 'text/css' : 'text/javascript',
    body: await readFile(file),
  };
}

export class OpenView {
  /** Console errors, uncaught exceptions and refusals by the page's policy. */
  readonly problems: string[] = [];
  private server!: ReturnType<typeof serve<Requests, Notifications>>;

  private constructor(readonly page: Page) {}

  static async open(
    page: Page,
    url: string,
    answers: ViewHandlers,
    theme: EditorTheme,
    state: unknown,
  ): Promise<OpenView> {
    const view = new OpenView(page);
    page.on('console', (message) => {
      // A browser asks every site for an icon; a webview has no such request.
      if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico'))
        view.problems.push(message.text());
    });
    page.on('pageerror', (error) => view.problems.push(String(error)));
    let receive: (message: unknown) => void = () => undefined;
    await page.exposeBinding('postToExtension', (_source, message: unknown) => receive(message));
    await page.exposeBinding('reportViolation', (_source, text: string) => void view.problems.push(text));
    await page.addInitScript({ content: editorSide(theme, state) });
    view.server = serve<Requests, Notifications>(
      {
        // A page that is closing no longer listens.
        post: (message) => void page.evaluate(postIntoPage, JSON.stringify(message)).catch(() => undefined),
        listen(listener) {
          receive = listener;
          return () => (receive = () => undefined);
        },
      },
      answers,
    );
    await page.goto(url);
    await page.locator('#view:not([aria-busy])').waitFor();
    return view;
  }

  notify<K extends keyof Notifications>(method: K, params: ParamsOf<Notifications, K>): void {
    this.server.notify(method, params);
  }

  /** What the view has kept with `setState`. */
  kept(): Promise<unknown> {
    return this.page.evaluate('globalThis.keptState');
  }

  async changeTheme(theme: EditorTheme): Promise<void> {
    await this.page.evaluate(`globalThis.applyTheme(${JSON.stringify(theme)})`);
    await this.settle();
  }

  /** Two frames: one to draw what was asked for, one to show it. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }

  async screenshot(name: string): Promise<void> {
    await this.settle();
    await this.page.screenshot({ path: path.join(output, `${name}.png`) });
  }

  /** What a canvas shows: a digest of its pixels, and how many colours they have. */
  async pixels(canvas: Locator): Promise<{ digest: number; colours: number }> {
    await this.settle();
    return canvas.evaluate(digestOf);
  }

  async close(): Promise<void> {
    this.server.dispose();
    await this.page.context().close();
  }
}

/** Runs in the page. As text, which is what the debugging protocol carries quickest. */
const postIntoPage = (message: string): void =>
  (globalThis as unknown as { postMessage(message: unknown, origin: string): void }).postMessage(
    JSON.parse(message),
    '*',
  );

interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
  };
}

/** Runs in the page. FNV-1a over the pixels as 32-bit words. */
function digestOf(element: unknown): { digest: number; colours: number } {
  const canvas = element as CanvasLike;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const words = new Uint32Array(data.buffer);
  const colours = new Set<number>();
  let digest = 2166136261;
  for (const word of words) {
    digest = Math.imul(digest ^ word, 16777619) >>> 0;
    if (colours.size < 4096) colours.add(word);
  }
  return { digest, colours: colours.size };
}

/** What VS Code does to a page before its scripts run: the API, the theme, and its default style in a layer. */
function editorSide(theme: EditorTheme, state: unknown): string {
  return `
    globalThis.keptState = ${JSON.stringify(state ?? null)} ?? undefined;
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => globalThis.postToExtension(message),
      setState: (state) => (globalThis.keptState = JSON.parse(JSON.stringify(state))),
      getState: () => globalThis.keptState,
    });
    document.addEventListener('securitypolicyviolation', (event) =>
      globalThis.reportViolation('policy refused ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
    globalThis.applyTheme = ({ kind, tokens }) => {
      const { style } = document.documentElement;
      const { body } = document;
      body.classList.remove('vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light');
      body.classList.add(kind);
      if (kind === 'vscode-high-contrast-light') body.classList.add('vscode-high-contrast');
      body.dataset.vscodeThemeKind = kind;
      for (const name of [...style]) if (name.startsWith('--vscode-')) style.removeProperty(name);
      for (const [name, value] of Object.entries(tokens)) style.setProperty('--vscode-' + name, value);
    };
    // 'interactive' comes after the page is parsed and before its module runs.
    document.addEventListener('readystatechange', () => {
      if (document.readyState !== 'interactive') return;
      const defaults = new CSSStyleSheet();
      defaults.replaceSync('@layer vscode-default { body { color: var(--vscode-editor-foreground); padding: 0 20px; } a { color: var(--vscode-textLink-foreground); } }');
      document.adoptedStyleSheets = [defaults];
      globalThis.applyTheme(${JSON.stringify(theme)});
    });
  `;
}
