// What VS Code and the language server say to each other beside LSP itself.
import type { OutlineNode } from '../analysis/outline';
import type { ModelFileModel } from '../analysis/model-file';
import type { LayerReport, ModelReport } from '../analysis/report';
import type { GroupMember } from '../graph/coupling/group';
import type { ModelGraph } from '../graph/model-graph';
import type { Recipe } from '../recipe/recipe';
import type { Fit } from '../sparsity/fit';
import type { ModelTarget } from './commands';
import type { TfjsModel } from './training-host';

/** Sent by the extension; answered by the server. */
export interface LanguageServerRequests {
  /** The models of an open document, traced now if need be; asked by commands that act on a model. */
  'espalier/models': (params: { readonly uri: string }) => ModelAnalysis[];
  /** Validates a recipe file's text and answers with what can be run, or the first error as one line. */
  'espalier/recipe': (params: { readonly uri: string }) => RecipeAnswer;
  /** The models last read from an open document, for the model view; never waits for a trace. */
  'espalier/outline': (params: { readonly uri: string }) => ModelSummary[];
  /** One of these models in full, asked when its row is opened; null when it is gone. */
  'espalier/modelOutline': (params: ModelTarget) => ModelOutline | null;
  /** A file of weights or an ONNX file, for its view; `values` reads all of it, and tells how far it is. */
  'espalier/modelFile': (params: { readonly uri: string; readonly values: boolean }) => ModelFileModel[];
  /** How the source of a model that lost channels becomes the smaller one; asked when people want to have it written. */
  'espalier/writeWidths': (params: WidthsQuestion) => WidthsAnswer;
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
  /** While a model file's values are read, a few times a second: bytes. */
  'espalier/modelFileProgress': (params: ModelFileProgress) => void;
}

export interface ModelFileProgress {
  readonly uri: string;
  readonly done: number;
  readonly of: number;
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

export interface WidthsQuestion extends ModelTarget {
  /** The model as it was when its channels were removed, and as it is without them. */
  readonly dense: ModelGraph;
  readonly sparse: ModelGraph;
}

export interface WidthsAnswer {
  /** All or none: with these the file was read again, and gave the smaller model. */
  readonly edits: readonly SourceEdit[];
  /** What is in the way, where there are no edits; one line each. */
  readonly hindrances: readonly { readonly text: string; readonly place?: Place }[];
  /** What else becomes of it: other models that use the same numbers. */
  readonly notes: readonly string[];
  /** The line of the model's class, factory or variable. */
  readonly declared?: Place;
}

/** A number of the source and what it becomes; in a notebook, of a cell. */
export interface SourceEdit {
  readonly uri: string;
  readonly range: {
    readonly start: Omit<Place, 'uri'>;
    readonly end: Omit<Place, 'uri'>;
  };
  readonly from: number;
  readonly to: number;
}

/** A line of some file as it is now; in a notebook, of a cell. */
export interface Place {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

export interface ModelSummary {
  readonly name: string;
  /** `11,689,512 parameters · 3.64 GFLOPs · 21 of 21 layers prunable`. */
  readonly line: string;
  readonly input: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
  readonly place?: Place;
}

export interface ModelOutline {
  readonly children: readonly OutlineItem[];
  readonly groups: readonly GroupItem[];
}

/** A module or layer with what it costs; see `core/analysis/outline`. */
export interface OutlineItem extends Pick<
  OutlineNode,
  'path' | 'name' | 'type' | 'params' | 'paramShare' | 'flops' | 'flopShare'
> {
  readonly place?: Place;
  /** A layer's own: what it gives, and which patterns fit. */
  readonly layer?: Pick<LayerReport, 'op' | 'output' | 'weight' | 'patterns'>;
  readonly children: readonly OutlineItem[];
}

/** Channels that can only be removed together. */
export interface GroupItem {
  readonly id: string;
  readonly channels: number;
  readonly prunable: Fit;
  readonly members: readonly GroupMemberItem[];
}

export interface GroupMemberItem {
  readonly param: string;
  readonly axis: number;
  readonly role: GroupMember['role'];
  readonly place?: Place;
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
  /** What people can change about it, where it is not the text. */
  readonly cause?: 'untrusted' | 'packages';
}
