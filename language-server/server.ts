// The language server's process: LSP over stdio. It ends on `exit` or when its parent is gone, and for nothing else.
import {
  type ClientCapabilities,
  createConnection,
  ProposedFeatures,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { answerRequests } from './answer-requests';
import { Answers } from './answers';
import type { ServerContext } from './context';
import { CellView } from './documents/cell-view';
import { Models } from './documents/models';
import { Notebooks, notebookSync } from './documents/notebooks';
import { oneLine } from './documents/reading';
import { DocumentStore } from './documents/store';
import { features } from './features/table';
import { FrontendPool } from './frontend-pool';
import { Grammars } from './syntactic/grammar';
import { Workspace } from './workspace';

const connection = createConnection(ProposedFeatures.all);
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    // Nobody reads us any more, and saying so would fail the same way.
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') process.exit(1);
    const stack = error instanceof Error ? error.stack : undefined;
    // Losing one answer is better than losing the editor's lenses: say it in the log, and go on.
    connection.console.error(`unexpected: ${stack ?? oneLine(error)}`);
  });
}

const capabilities: ((client: ClientCapabilities) => ServerCapabilities)[] = [];
const workspace = new Workspace(connection);
const documents = new DocumentStore(connection);
const cells = new CellView(new Notebooks(connection, documents));
const grammars = new Grammars(__dirname);
const pool = new FrontendPool(connection, workspace, __dirname);
const { frontends, refusal } = pool;
const placeOf = (file: string) => workspace.placeOf(file);
const models = new Models({ connection, documents, grammars, frontends, refusal, placeOf });

const context: ServerContext = {
  ...{ connection, documents, cells, models, workspace, grammars, frontends },
  lenses: new Answers('code lens', connection.console),
  hovers: new Answers('hover', connection.console),
  hints: new Answers('inlay hint', connection.console),
  completions: new Answers('completion', connection.console),
  symbols: new Answers('document symbol', connection.console),
  folds: new Answers('folding range', connection.console),
  definitions: new Answers('definition', connection.console),
  references: new Answers('reference', connection.console),
  actions: new Answers('code action', connection.console),
  provide: (more) => capabilities.push(typeof more === 'function' ? more : () => more),
};
for (const feature of features) feature(context);

answerRequests(context, cells);

connection.onInitialize((params) => {
  workspace.initialize(params);
  const base: ServerCapabilities = {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    notebookDocumentSync: notebookSync,
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
  const all = capabilities.map((capability) => capability(params.capabilities));
  return {
    capabilities: Object.assign(base, ...all) as ServerCapabilities,
    serverInfo: { name: 'espalier' },
  };
});
connection.onInitialized(() => void workspace.start());
connection.onShutdown(() => {
  models.dispose();
  pool.dispose();
});
connection.listen();
