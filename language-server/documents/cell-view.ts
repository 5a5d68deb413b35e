// Requests about a cell become requests about its notebook's document, and answers come back to the cells they are in.
import type {
  CodeAction,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Location,
  Position,
  Range,
  TextEdit,
} from 'vscode-languageserver/node';
import type { CellPlace, Notebooks } from './notebooks';

interface OfDocument {
  readonly textDocument: { readonly uri: string };
  readonly position?: Position;
  readonly range?: Range;
}

/** Gives an answer's item the lines of its cell; undefined, or what of it is here, where it belongs to another cell. */
export type ToCell<Item> = (item: Item, cell: CellPlace) => Item | readonly Item[] | undefined;

export class CellView {
  constructor(private readonly notebooks: Notebooks) {}

  /** Asks about the notebook where the document is a cell; otherwise just asks. */
  async ask<P extends OfDocument, Item>(
    params: P,
    ask: (params: P) => Promise<Item[]>,
    toCell: ToCell<Item>,
  ): Promise<Item[]> {
    const cell = this.notebooks.placeOf(params.textDocument.uri);
    if (!cell) return ask(params);
    const items = await ask({
      ...params,
      textDocument: { uri: cell.notebook },
      ...(params.position ? { position: down(params.position, cell.start) } : {}),
      ...(params.range ? { range: moved(params.range, cell.start) } : {}),
    });
    return items.flatMap((item) => toCell(item, cell) ?? []);
  }

  /** Where a place of a notebook's document is for the editor. */
  readonly location = <P extends Location>(place: P): P => {
    const cell = this.notebooks.cellAt(place.uri, place.range.start.line);
    return cell ? { ...place, uri: cell.cell, range: moved(place.range, -cell.start) } : place;
  };

  readonly action = (action: CodeAction): CodeAction => {
    const changes: Record<string, TextEdit[]> = {};
    for (const [uri, edits] of Object.entries(action.edit?.changes ?? {})) {
      for (const edit of edits) {
        const place = this.location({ uri, range: edit.range });
        (changes[place.uri] ??= []).push({ ...edit, range: place.range });
      }
    }
    return { ...action, ...(action.edit ? { edit: { ...action.edit, changes } } : {}) };
  };

  /** Diagnostics as they are published: for each cell of a notebook its own, or for the document itself. */
  diagnostics(uri: string, all: readonly Diagnostic[]): { uri: string; diagnostics: Diagnostic[] }[] {
    const cells = this.notebooks.places(uri);
    if (cells.length === 0) return [{ uri, diagnostics: [...all] }];
    return cells.map((cell) => ({
      uri: cell.cell,
      diagnostics: all.flatMap((diagnostic) => ranged(diagnostic, cell) ?? []),
    }));
  }
}

const holds = ({ start, count }: CellPlace, line: number): boolean => line >= start && line < start + count;
const down = ({ line, character }: Position, by: number): Position => ({
  line: Math.max(0, line + by),
  character,
});
const moved = ({ start, end }: Range, by: number): Range => ({ start: down(start, by), end: down(end, by) });

export const ranged = <T extends { range: Range }>(item: T, cell: CellPlace): T | undefined =>
  holds(cell, item.range.start.line) ? { ...item, range: moved(item.range, -cell.start) } : undefined;

export const placed = <T extends { position: Position }>(item: T, cell: CellPlace): T | undefined =>
  holds(cell, item.position.line) ? { ...item, position: down(item.position, -cell.start) } : undefined;

export const folded = (fold: FoldingRange, cell: CellPlace): FoldingRange | undefined =>
  holds(cell, fold.startLine) && holds(cell, fold.endLine)
    ? { ...fold, startLine: fold.startLine - cell.start, endLine: fold.endLine - cell.start }
    : undefined;

/** What a symbol holds may stand in other cells than itself: each cell gets its own, whatever is around it. */
export function symbolsIn(symbols: readonly DocumentSymbol[], cell: CellPlace): DocumentSymbol[] {
  return symbols.flatMap((symbol): DocumentSymbol[] => {
    const children = symbolsIn(symbol.children ?? [], cell);
    if (!holds(cell, symbol.selectionRange.start.line)) return children;
    const [range, selectionRange] = [symbol.range, symbol.selectionRange].map((of) => moved(of, -cell.start));
    return [{ ...symbol, range: range!, selectionRange: selectionRange!, children }];
  });
}
