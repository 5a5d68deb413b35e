// What a feature gets when it registers itself.
import type {
  ClientCapabilities,
  CodeAction,
  CodeActionParams,
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  Connection,
  DefinitionParams,
  DocumentSymbol,
  DocumentSymbolParams,
  FoldingRange,
  FoldingRangeParams,
  Hover,
  HoverParams,
  InlayHint,
  InlayHintParams,
  Location,
  ReferenceParams,
  ServerCapabilities,
} from 'vscode-languageserver/node';
import type { Frontend } from './frontends/frontend';
import type { Answers } from './answers';
import type { CellView } from './documents/cell-view';
import type { Models } from './documents/models';
import type { DocumentStore } from './documents/store';
import type { Grammars } from './syntactic/grammar';
import type { Workspace } from './workspace';

export interface ServerContext {
  readonly connection: Connection;
  readonly documents: DocumentStore;
  /** Where things stand for the editor, whose notebooks have cells. */
  readonly cells: CellView;
  readonly models: Models;
  readonly workspace: Workspace;
  readonly grammars: Grammars;
  readonly frontends: () => readonly Frontend[];
  readonly lenses: Answers<CodeLensParams, CodeLens>;
  readonly hovers: Answers<HoverParams, Hover>;
  readonly hints: Answers<InlayHintParams, InlayHint>;
  readonly completions: Answers<CompletionParams, CompletionItem>;
  readonly symbols: Answers<DocumentSymbolParams, DocumentSymbol>;
  readonly folds: Answers<FoldingRangeParams, FoldingRange>;
  readonly definitions: Answers<DefinitionParams, Location>;
  readonly references: Answers<ReferenceParams, Location>;
  readonly actions: Answers<CodeActionParams, CodeAction>;
  /** Adds to what `initialize` tells the editor that the server can do. */
  readonly provide: (
    capabilities: ServerCapabilities | ((client: ClientCapabilities) => ServerCapabilities),
  ) => void;
}

/** One file a feature: it registers itself and is listed in features/table.ts. */
export type Feature = (context: ServerContext) => void;
