// The outline of a model file: its models, their modules by path, and their layers with what they weigh.
import {
  type Disposable,
  type DocumentSymbol,
  DocumentSymbolRequest,
  SymbolKind,
} from 'vscode-languageserver/node';
import { formatExact, formatFlops } from '../../core/analysis/format';
import { outline, type OutlineNode } from '../../core/analysis/outline';
import { formatShape } from '../../core/graph/shape';
import type { Feature, ServerContext } from '../context';
import { lineText } from '../documents/edits';
import type { KnownModel, ModelState } from '../documents/model-state';
import { type PlacedRange, rangeNow } from '../documents/places';

/** An outline of more rows helps nobody, and a file of eighty models has twelve thousand. */
const mostSymbols = 4000;

type Range = PlacedRange['range'];

export const documentSymbols: Feature = (context) => {
  const { symbols, models } = context;
  announce(context);
  symbols.add(({ textDocument: { uri } }) => {
    const state = models.get(uri);
    if (!state) return [];
    let left = mostSymbols;
    return state.models.flatMap((model) => {
      const range = declaration(state, model);
      if (!range || left === 0) return [];
      left--;
      const children = (node: OutlineNode): DocumentSymbol[] =>
        node.children.flatMap((child) => {
          const at = placeIn(state, model, child);
          // What other files build has no line here; what it holds may.
          if (!at) return children(child);
          if (left === 0) return [];
          left--;
          const kind = child.layer ? SymbolKind.Field : SymbolKind.Namespace;
          const inner = children(child);
          return [{ name: child.path || child.name, detail: detail(child), kind, ...at, children: inner }];
        });
      const { name } = model.report.graph;
      const kind = SymbolKind.Class;
      const inner = children(outline(model.report));
      return [{ name, detail: weight(model.report.totals), kind, ...range, children: inner }];
    });
  });
};

/**
 * Editors ask for symbols when the text changes, and a trace ends later than that; LSP has no request that says so. An
 * editor that takes a provider anew asks anew, so the provider is registered again when the outline has another shape.
 */
function announce({ connection, models, workspace, provide }: ServerContext): void {
  const options = { label: 'Espalier' };
  const isDynamic = () => workspace.client.textDocument?.documentSymbol?.dynamicRegistration === true;
  provide((client) =>
    client.textDocument?.documentSymbol?.dynamicRegistration ? {} : { documentSymbolProvider: options },
  );
  const shapes = new Map<string, string>();
  let current: Promise<Disposable> | undefined;
  const register = () => {
    if (!isDynamic()) return;
    const old = current;
    current = connection.client.register(DocumentSymbolRequest.type, { ...options, documentSelector: null });
    current.catch(() => connection.console.warn('the outline could not be registered'));
    void old?.then((registration) => registration.dispose()).catch(() => undefined);
  };
  workspace.onStart(register);
  models.onChange((uri, state) => {
    if (state?.running) return;
    const shape = (state?.models ?? [])
      .map(({ report }) => `${report.graph.name} ${report.totals.params} ${report.layers.length}`)
      .join();
    if (shape === (shapes.get(uri) ?? '')) return;
    shapes.set(uri, shape);
    register();
  });
}

/** From the line that declares the model to the end of its declaration. */
function declaration(
  state: ModelState,
  model: KnownModel,
): { range: Range; selectionRange: Range } | undefined {
  const line = state.lineOf(model);
  if (line === undefined) return undefined;
  const lines = state.syntax?.facts?.declarations.find((candidate) => candidate.line === line);
  const at = (row: number) => ({ line: row, character: lineText(state.document.text, row).length });
  const start = { line, character: 0 };
  return { range: { start, end: at(lines?.endLine ?? line) }, selectionRange: { start, end: at(line) } };
}

function placeIn(
  state: ModelState,
  model: KnownModel,
  { source }: OutlineNode,
): { range: Range; selectionRange: Range } | undefined {
  const here = source.find(state.isHere);
  const placed = here && rangeNow(state, model, here);
  return placed && { range: placed.range, selectionRange: placed.range };
}

function detail({ type, layer, params, flops }: OutlineNode): string {
  const shape = layer ? [formatShape(layer.output)] : [];
  return [type, weight({ params, flops }), ...shape].filter((part) => part !== '').join(' · ');
}

const weight = ({ params, flops }: { readonly params: number; readonly flops: number }): string =>
  `${formatExact(params)} params · ${formatFlops(flops)}`;
