// Joins LSP's requests to what the features answer, for documents and for the cells of notebooks.
import type { ServerContext } from './context';
import { type CellView, folded, placed, ranged, symbolsIn } from './documents/cell-view';

export function answerRequests(context: ServerContext, cells: CellView): void {
  const { connection, lenses, hovers, completions, symbols, folds, definitions, references } = context;
  const { actions, hints } = context;
  connection.onCodeLens((params, token) => cells.ask(params, (p) => lenses.ask(p, token), ranged));
  connection.onHover(async (params, token) => {
    const [first] = await cells.ask(
      params,
      (p) => hovers.ask(p, token),
      (hover) => hover,
    );
    return first ?? null;
  });
  // Recipes alone complete, and they are no cells.
  connection.onCompletion((params, token) => completions.ask(params, token));
  connection.onDocumentSymbol((params, token) =>
    cells.ask(
      params,
      (p) => symbols.ask(p, token),
      (symbol, cell) => symbolsIn([symbol], cell),
    ),
  );
  connection.onDefinition(async (params, token) => {
    const found = await cells.ask(
      params,
      (p) => definitions.ask(p, token),
      (place) => place,
    );
    return found.map(cells.location);
  });
  connection.onReferences(async (params, token) => {
    const found = await cells.ask(
      params,
      (p) => references.ask(p, token),
      (place) => place,
    );
    return found.map(cells.location);
  });
  connection.onCodeAction(async (params, token) => {
    const found = await cells.ask(
      params,
      (p) => actions.ask(p, token),
      (action) => action,
    );
    return found.map(cells.action);
  });
  connection.onFoldingRanges(async (params, token) => {
    const found = await cells.ask(params, (p) => folds.ask(p, token), folded);
    // Nothing said is null: then the editor folds by indentation.
    return found.length > 0 ? found : null;
  });
  connection.languages.inlayHint.on((params, token) => cells.ask(params, (p) => hints.ask(p, token), placed));
}
