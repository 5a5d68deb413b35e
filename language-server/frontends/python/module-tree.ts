// The stand-ins' account of modules and of the lines that call them, read as what a trace saw beside the graph.
import type { SourceRange } from '../../../core/graph/model-graph';
import type { CallTrace, ModuleTrace } from '../../../core/graph/module-tree';
import { readShape } from './requests';

/** More modules than a graph may have nodes cannot be the user's meaning; the rest is left out. */
const most = 50_000;

export function moduleTree(
  request: Record<string, unknown>,
  rangeOf: (place: unknown) => SourceRange | undefined,
): { readonly modules: readonly ModuleTrace[]; readonly calls: readonly CallTrace[] } {
  return {
    modules: rows(request, 'modules').map(([path, type, place]) => {
      const source = rangeOf(place);
      return { path: String(path), type: String(type), ...(source ? { source } : {}) };
    }),
    calls: rows(request, 'calls').flatMap(([place, paths, shapes, varies]) => {
      const source = rangeOf(place);
      if (!source) return [];
      const outputs = listOf(shapes).map(readShape);
      return [{ source, paths: listOf(paths).map(String), outputs, varies: varies === true }];
    }),
  };
}

const rows = (request: Record<string, unknown>, key: string): unknown[][] =>
  listOf(request[key]).slice(0, most).map(listOf);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
