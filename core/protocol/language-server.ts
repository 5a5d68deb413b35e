// What VS Code and the language server say to each other beside LSP itself.
import type { ModelReport } from '../analysis/report';
import type { Recipe } from '../recipe/recipe';
import type { TfjsModel } from './training-host';

/** Sent by the extension; answered by the server. */
export interface LanguageServerRequests {
  /** The models of an open document, traced now if need be; asked by commands that act on a model. */
  'espalier/models': (params: { readonly uri: string }) => ModelAnalysis[];
  /** Validates a recipe file's text and answers with what can be run, or the first error as one line. */
  'espalier/recipe': (params: { readonly uri: string }) => RecipeAnswer;
}

/** Sent by the server; answered by the extension. */
export interface LanguageClientRequests {
  /** Asks the training host, in a trusted workspace, to load a TF.js model file. Rejected elsewhere with the reason. */
  'espalier/loadTfjs': (params: { readonly file: string; readonly text: string }) => TfjsModel[];
}

/** Sent by the server; nobody answers. */
export interface LanguageServerNotifications {
  /** State of one document's analysis, for the status item. */
  'espalier/status': (params: DocumentStatus) => void;
}

/** Sent by the extension; nobody answers. */
export interface LanguageClientNotifications {
  /** The workspace became trusted (VS Code never takes trust back). Until then `initializationOptions` says. */
  'espalier/trust': (params: { readonly trusted: boolean }) => void;
  /** People chose another Python environment: the path of its interpreter or folder; null: none is known. */
  'espalier/pythonEnvironment': (params: { readonly pythonPath: string | null }) => void;
}

/** What the extension says in LSP's `initialize`. Other editors may leave it out: then nothing is trusted. */
export interface InitializationOptions {
  readonly trusted?: boolean;
  /** Interpreter or folder of the Python environment whose packages models may import. */
  readonly pythonPath?: string;
  /** The `espalier` section of the settings, for editors that answer no `workspace/configuration`. */
  readonly settings?: unknown;
}

export interface ModelAnalysis {
  readonly uri: string;
  readonly name: string;
  readonly report: ModelReport;
  /** The document changed since, in a way that could not be traced. */
  readonly stale: boolean;
}

export type RecipeAnswer =
  | { readonly ok: true; readonly recipe: Recipe }
  | { readonly ok: false; readonly message: string; readonly line: number };

export interface DocumentStatus {
  readonly uri: string;
  /** `syntactic`: lenses come from the text alone. `exact`: from a trace. `stale`: the last good trace. */
  readonly state: 'idle' | 'tracing' | 'exact' | 'syntactic' | 'stale' | 'failed';
  /** One line: why not exact, and what to do. */
  readonly detail?: string;
}
