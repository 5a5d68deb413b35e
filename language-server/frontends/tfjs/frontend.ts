// Reads TF.js models in TypeScript and JavaScript files: the training host loads them, we turn topologies into graphs.
import type { SourceRange } from '../../../core/graph/model-graph';
import type { TfjsModel } from '../../../core/protocol/training-host';
import type { Frontend, FrontendDiagnostic, TraceRequest, TraceResult, TracedModel } from '../frontend';
import { topologyToGraph } from './to-graph';
import type { Topology } from './topology';

export interface TfjsOptions {
  /** Loads the file where its code may run; rejects with one line. Untrusted workspaces reject. */
  readonly load: (file: string, text: string) => Promise<readonly TfjsModel[]>;
}

export function createTfjsFrontend({ load }: TfjsOptions): Frontend {
  return {
    id: 'tfjs',
    handles: (file, text) => /\.[cm]?[jt]sx?$/.test(file) && /['"]@tensorflow\/tfjs/.test(text),
    async trace(request, signal) {
      try {
        const models = await load(request.file, request.text);
        signal.throwIfAborted();
        return collect(models, request);
      } catch (error) {
        if (signal.aborted) throw error;
        return { models: [], diagnostics: [loadProblem(request, error)] };
      }
    },
    dispose: () => Promise.resolve(),
  };
}

function collect(loaded: readonly TfjsModel[], request: TraceRequest): TraceResult {
  const models: TracedModel[] = [];
  const diagnostics: FrontendDiagnostic[] = [];
  for (const { name, topology, lines, line } of loaded) {
    const source = lineRange(request, declarationLine(request.text, name) ?? line);
    const sourceOf = (layer: string) => {
      const at = lines[layer];
      return at === undefined ? [] : [lineRange(request, at)];
    };
    try {
      models.push({ ...topologyToGraph(topology as Topology, name, sourceOf), source });
    } catch (error) {
      diagnostics.push({
        range: source,
        severity: 'error',
        code: 'shape-mismatch',
        message: messageOf(error),
      });
    }
  }
  return { models, diagnostics };
}

/** Where the file itself declares the name: a lens belongs there rather than on the call that finished the model. */
function declarationLine(text: string, name: string): number | undefined {
  if (!/^[\w$]+$/.test(name)) return undefined;
  const declaration = new RegExp(`\\b(?:function|const|let|var|class)\\s+${name.replaceAll('$', '\\$')}\\b`);
  const at = text.search(declaration);
  return at < 0 ? undefined : text.slice(0, at).split('\n').length - 1;
}

function lineRange({ file, text }: TraceRequest, line: number): SourceRange {
  const content = text.split('\n')[line] ?? '';
  return {
    file,
    startLine: line,
    startColumn: content.length - content.trimStart().length,
    endLine: line,
    endColumn: content.trimEnd().length,
  };
}

function loadProblem(request: TraceRequest, error: unknown): FrontendDiagnostic {
  const message = messageOf(error);
  const line = Number(message.match(/\(line (\d+)\)$/)?.[1] ?? 1) - 1;
  return { range: lineRange(request, line), severity: 'warning', code: 'tfjs-load', message };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
