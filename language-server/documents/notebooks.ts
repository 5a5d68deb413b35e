// Open notebooks: the code cells of each are one document, whose lines lead back to the cells.
import {
  type Connection,
  type NotebookCell,
  NotebookCellKind,
  type NotebookDocumentSyncRegistrationOptions,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { notebookPython } from '../frontends/python/notebook';
import type { DocumentStore } from './store';

export const notebookSync: NotebookDocumentSyncRegistrationOptions = {
  notebookSelector: [
    { notebook: { notebookType: 'jupyter-notebook', scheme: 'file' }, cells: [{ language: 'python' }] },
  ],
};

/** A cell, and which lines of its notebook's document are its own. */
export interface CellPlace {
  readonly notebook: string;
  readonly cell: string;
  readonly start: number;
  readonly count: number;
}

export class Notebooks {
  /** Cell texts by their URI, in the order of the notebook. */
  private readonly open = new Map<string, Map<string, TextDocument>>();

  constructor(
    { notebooks }: Connection,
    private readonly documents: DocumentStore,
  ) {
    const { synchronization } = notebooks;
    synchronization.onDidOpenNotebookDocument(({ notebookDocument: { uri, cells }, cellTextDocuments }) => {
      const texts = new Map(cellTextDocuments.map((cell) => [cell.uri, create(cell)]));
      this.open.set(uri, inOrder(cells, texts));
      this.documents.openText(uri, 'python', this.text(uri));
    });
    synchronization.onDidChangeNotebookDocument(({ notebookDocument: { uri }, change: { cells } }) => {
      const known = this.open.get(uri);
      if (!known || !cells) return;
      const texts = new Map(known);
      if (cells.structure) {
        const { array, didOpen = [], didClose = [] } = cells.structure;
        for (const cell of didOpen) texts.set(cell.uri, create(cell));
        const order = [...known.keys()];
        order.splice(
          array.start,
          array.deleteCount,
          ...(array.cells ?? []).filter(isCode).map(({ document }) => document),
        );
        for (const { uri: closed } of didClose) if (!order.includes(closed)) texts.delete(closed);
        this.open.set(
          uri,
          new Map(order.flatMap((cell) => (texts.has(cell) ? [[cell, texts.get(cell)!] as const] : []))),
        );
      }
      for (const { document, changes } of cells.textContent ?? []) {
        const text = texts.get(document.uri);
        if (text) TextDocument.update(text, changes, document.version);
      }
      this.documents.replaceText(uri, this.text(uri));
    });
    synchronization.onDidCloseNotebookDocument(({ notebookDocument: { uri } }) => {
      this.open.delete(uri);
      this.documents.closeText(uri);
    });
  }

  /** Where a cell's lines are in its notebook; undefined for what is no cell of an open notebook. */
  placeOf(cellUri: string): CellPlace | undefined {
    for (const notebook of this.open.keys()) {
      const place = this.places(notebook).find(({ cell }) => cell === cellUri);
      if (place) return place;
    }
    return undefined;
  }

  /** The cell that holds a line of a notebook's document; undefined for documents that are no notebooks. */
  cellAt(uri: string, line: number): CellPlace | undefined {
    return this.places(uri).find(({ start, count }) => line >= start && line < start + count);
  }

  /** All cells of a notebook, top to bottom; none for other documents. */
  places(uri: string): CellPlace[] {
    let start = 0;
    return [...(this.open.get(uri) ?? [])].map(([cell, { lineCount: count }]) => {
      const place = { notebook: uri, cell, start, count };
      start += count;
      return place;
    });
  }

  private text(uri: string): string {
    return notebookPython([...(this.open.get(uri)?.values() ?? [])].map((cell) => cell.getText()));
  }
}

const create = (cell: { uri: string; languageId: string; version: number; text: string }): TextDocument =>
  TextDocument.create(cell.uri, cell.languageId, cell.version, cell.text);

const isCode = ({ kind }: NotebookCell): boolean => kind === NotebookCellKind.Code;

function inOrder(
  cells: readonly NotebookCell[],
  texts: ReadonlyMap<string, TextDocument>,
): Map<string, TextDocument> {
  return new Map(
    cells.flatMap(({ document }) => {
      const text = texts.get(document);
      return text ? [[document, text] as const] : [];
    }),
  );
}
