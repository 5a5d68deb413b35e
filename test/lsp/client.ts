// An editor in miniature: starts the built server over a pipe, opens and edits documents, and waits for what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  CodeLens,
  CompletionItem,
  Diagnostic,
  Hover,
  InlayHint,
  InitializeResult,
  PublishDiagnosticsParams,
  Registration,
  RegistrationParams,
  UnregistrationParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { InitializationOptions, DocumentStatus } from '../../core/protocol/language-server';
import type { TfjsModel } from '../../core/protocol/training-host';

export const root = path.resolve(import.meta.dirname, '../..');
export const exampleFile = (file: string): string => path.join(root, 'examples', file);

export interface ClientOptions extends InitializationOptions {
  readonly folder?: string;
  readonly configuration?: unknown;
  /** Stands in for the training host, which belongs to the extension. */
  readonly loadTfjs?: (params: { file: string; text: string }) => TfjsModel[] | Promise<TfjsModel[]>;
}

export class Client {
  readonly diagnostics = new Map<string, Diagnostic[]>();
  readonly statuses: DocumentStatus[] = [];
  readonly logs: string[] = [];
  readonly registrations: Registration[] = [];
  refreshes = 0;
  exitCode: number | null | undefined;
  initialized: InitializeResult | undefined;
  private readonly documents = new Map<string, TextDocument>();

  private constructor(
    readonly process: ChildProcess,
    readonly connection: MessageConnection,
  ) {}

  static async start(options: ClientOptions = {}): Promise<Client> {
    const child = spawn(process.execPath, [path.join(root, 'dist/language-server.cjs'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const client = new Client(child, connection);
    child.on('exit', (code) => (client.exitCode = code));
    client.listen(options);
    connection.listen();
    client.initialized = await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: options.folder
        ? [{ uri: pathToFileURL(options.folder).href, name: path.basename(options.folder) }]
        : null,
      capabilities: {
        workspace: {
          configuration: options.configuration !== undefined,
          workspaceFolders: true,
          codeLens: { refreshSupport: true },
          inlayHint: { refreshSupport: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
        textDocument: {
          completion: { dynamicRegistration: true },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true, dynamicRegistration: true },
        },
      },
      initializationOptions: { trusted: options.trusted, settings: options.settings },
    });
    await connection.sendNotification('initialized', {});
    return client;
  }

  private listen({ configuration, loadTfjs }: ClientOptions): void {
    const { connection } = this;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      // What is said of a text that has been edited since is of no use to anybody who waits.
      const now = this.documents.get(params.uri)?.version ?? 0;
      if (params.version !== undefined && params.version < now) return;
      this.diagnostics.set(params.uri, params.diagnostics);
    });
    connection.onNotification('espalier/status', (status: DocumentStatus) => {
      this.statuses.push(status);
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logs.push(message);
    });
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => configuration ?? null),
    );
    connection.onRequest('workspace/codeLens/refresh', () => {
      this.refreshes++;
      return null;
    });
    connection.onRequest('workspace/inlayHint/refresh', () => null);
    connection.onRequest('client/registerCapability', (params: RegistrationParams) => {
      this.registrations.push(...params.registrations);
      return null;
    });
    connection.onRequest('client/unregisterCapability', (params: UnregistrationParams) => {
      for (const { id } of params.unregisterations) {
        const at = this.registrations.findIndex((registration) => registration.id === id);
        if (at >= 0) this.registrations.splice(at, 1);
      }
      return null;
    });
    connection.onRequest('espalier/loadTfjs', (params: { file: string; text: string }) => {
      if (!loadTfjs) throw new Error('there is no training host here');
      return loadTfjs(params);
    });
  }

  /** Opens a document; answers with its URI. */
  async open(file: string, text: string, languageId = 'python'): Promise<string> {
    const uri = pathToFileURL(file).href;
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return uri;
  }

  text(uri: string): string {
    return this.documents.get(uri)!.getText();
  }

  /** Replaces the first occurrence of a piece of text, as one edit with a range. */
  async replace(uri: string, piece: string, by: string): Promise<void> {
    const document = this.documents.get(uri)!;
    const at = document.getText().indexOf(piece);
    if (at < 0) throw new Error(`there is no ${JSON.stringify(piece)} in ${uri}`);
    const range = { start: document.positionAt(at), end: document.positionAt(at + piece.length) };
    await this.change(uri, [{ range, text: by }]);
  }

  async change(
    uri: string,
    contentChanges: ({ range: Range; text: string } | { text: string })[],
  ): Promise<void> {
    const document = this.documents.get(uri)!;
    TextDocument.update(document, contentChanges, document.version + 1);
    const textDocument = { uri, version: document.version };
    await this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
  }

  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  lenses(uri: string): Promise<CodeLens[]> {
    return this.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  }

  /** `line: title` of every lens. */
  async lensTexts(uri: string): Promise<string[]> {
    return (await this.lenses(uri)).map(({ range, command }) => `${range.start.line}: ${command?.title}`);
  }

  hints(uri: string, startLine = 0, endLine = 100_000): Promise<InlayHint[]> {
    const range = { start: { line: startLine, character: 0 }, end: { line: endLine, character: 0 } };
    return this.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range });
  }

  /** The markdown of a hover, or an empty string. */
  async hover(uri: string, line: number, character = 0): Promise<string> {
    const params = { textDocument: { uri }, position: { line, character } };
    const hover: Hover | null = await this.connection.sendRequest('textDocument/hover', params);
    return hover ? (hover.contents as { value: string }).value : '';
  }

  /** Completions at the end of the first occurrence of a piece of text. */
  async completions(uri: string, after: string): Promise<CompletionItem[]> {
    const document = this.documents.get(uri)!;
    const position = document.positionAt(document.getText().indexOf(after) + after.length);
    return this.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  }

  /** Waits until `look` finds something, looking again every few milliseconds. */
  async until<T>(
    what: string,
    look: () => T | undefined | false | Promise<T | undefined | false>,
  ): Promise<T> {
    const end = Date.now() + 50_000;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (this.exitCode !== undefined) throw new Error(`the server ended (${this.exitCode}) before ${what}`);
      if (Date.now() > end) {
        const last = this.statuses.slice(-4).map((status) => JSON.stringify(status));
        throw new Error([`waited in vain for ${what}`, ...last, ...this.logs.slice(-10)].join('\n'));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits for the newest state of a document to be one of these. */
  status(uri: string, ...states: DocumentStatus['state'][]): Promise<DocumentStatus> {
    return this.until(`status ${states.join(' or ')}`, () => {
      const last = this.statuses.findLast((status) => status.uri === uri);
      return last && states.includes(last.state) ? last : undefined;
    });
  }

  /** Ends the session as editors do; answers with the exit code. */
  async stop(): Promise<number | null> {
    if (this.exitCode === undefined) {
      await this.connection.sendRequest('shutdown');
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      await this.connection.sendNotification('exit');
      await gone;
    }
    this.connection.dispose();
    return this.exitCode ?? null;
  }
}

interface Range {
  readonly start: { line: number; character: number };
  readonly end: { line: number; character: number };
}
