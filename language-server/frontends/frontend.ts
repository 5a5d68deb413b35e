// What a frontend is: it turns a file's text into model graphs. One folder a frontend, listed in table.ts.
import type { WeightFacts } from '../../core/analysis/weight-facts';
import type { ModelGraph, SourceRange } from '../../core/graph/model-graph';
import type { CallTrace, ModuleTrace } from '../../core/graph/module-tree';
import type { WrittenNumber } from '../../core/graph/written';

export interface Frontend {
  readonly id: string;
  /** `file`: it opens the file itself, which is binary or too large to be a text; then `text` is empty. */
  readonly reads?: 'text' | 'file';
  /** Whether this file is for this frontend, judged by name and a quick look at the text; must be cheap. */
  handles(file: string, text: string): boolean;
  /** Never rejects because of what the file holds: that becomes diagnostics. Rejects with AbortError when cancelled. */
  trace(request: TraceRequest, signal: AbortSignal): Promise<TraceResult>;
  dispose(): Promise<void>;
}

export interface TraceRequest {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** Absolute path of the folder imports may read from; absent: the file's own folder. */
  readonly workspaceFolder?: string;
  /** Absolute folders of the user's Python environment (site-packages), whose `.py` files imports may read too. */
  readonly packages?: readonly string[];
  /** Unsaved texts of other open files, by absolute path. */
  readonly openFiles?: ReadonlyMap<string, string>;
  /** Read the values of stored weights too, which takes as long as reading the files does. */
  readonly values?: boolean;
  /** Also say which literals the numbers of the graph were made of. */
  readonly written?: boolean;
  /** A text that is nobody's present one: reading it cancels no other trace of the file, and none cancels it. */
  readonly aside?: boolean;
  /** Told in bytes how much of the values has been read. */
  readonly progress?: (done: number, of: number) => void;
}

export interface TraceResult {
  readonly models: readonly TracedModel[];
  readonly diagnostics: readonly FrontendDiagnostic[];
}

export interface TracedModel {
  readonly graph: ModelGraph;
  /** The class, factory or variable in the file. */
  readonly source?: SourceRange;
  /** What could not be seen, one line each. */
  readonly notes: readonly string[];
  /** Every module in the order of `named_modules`, and the user's calls; absent where only layers are known. */
  readonly modules?: readonly ModuleTrace[];
  readonly calls?: readonly CallTrace[];
  /** Where the graph's numbers are written; only where it was asked for. */
  readonly written?: readonly WrittenNumber[];
  /** Every tensor of a file that holds weights. */
  readonly weights?: readonly WeightFacts[];
}

export interface FrontendDiagnostic {
  readonly range: SourceRange;
  readonly severity: 'error' | 'warning' | 'information';
  /** `shape-mismatch`, `sandbox-deadline`, `syntax`, … */
  readonly code: string;
  readonly message: string;
}
