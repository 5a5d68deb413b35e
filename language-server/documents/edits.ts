// What one LSP change does to a text: to its lines, and to its syntax tree.
import type { Edit as TreeEdit } from '@vscode/tree-sitter-wasm';
import {
  type Range,
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { type LineEdit, lineEdit } from './line-map';

export interface AppliedEdit {
  readonly lines: LineEdit;
  readonly tree: TreeEdit;
}

/** Applies one change to the document and says what it did. A change without a range replaces everything. */
export function applyChange(
  document: TextDocument,
  change: TextDocumentContentChangeEvent,
  version: number,
): AppliedEdit {
  const range = 'range' in change ? ordered(change.range) : wholeRange(document);
  const [startIndex, oldEndIndex] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const [start, oldEnd] = [document.positionAt(startIndex), document.positionAt(oldEndIndex)];
  const before = linesBetween(document, start.line, oldEnd.line);
  TextDocument.update(document, [change], version);
  const newEndIndex = startIndex + change.text.length;
  const newEnd = document.positionAt(newEndIndex);
  return {
    lines: lineEdit(start.line, before, linesBetween(document, start.line, newEnd.line)),
    tree: {
      ...{ startIndex, oldEndIndex, newEndIndex },
      startPosition: { row: start.line, column: start.character },
      oldEndPosition: { row: oldEnd.line, column: oldEnd.character },
      newEndPosition: { row: newEnd.line, column: newEnd.character },
    },
  };
}

/** The one change that turns a document's text into another, or nothing where they are the same. */
export function changeBetween(
  document: TextDocument,
  text: string,
): TextDocumentContentChangeEvent | undefined {
  const before = document.getText();
  if (before === text) return undefined;
  const shorter = Math.min(before.length, text.length);
  let same = 0;
  while (same < shorter && before[same] === text[same]) same++;
  let tail = 0;
  while (tail < shorter - same && before[before.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  const range = {
    start: document.positionAt(same),
    end: document.positionAt(before.length - tail),
  };
  return { range, text: text.slice(same, text.length - tail) };
}

/** The text of one line, without its end. Empty past the last line. */
export function lineText(document: TextDocument, line: number): string {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return document.getText(range).replace(/[\r\n]+$/, '');
}

function linesBetween(document: TextDocument, first: number, last: number): string[] {
  const range = { start: { line: first, character: 0 }, end: { line: last + 1, character: 0 } };
  const lines = document.getText(range).split(/\r\n|\n|\r/);
  return lines.slice(0, last - first + 1);
}

const wholeRange = (document: TextDocument): Range => ({
  start: { line: 0, character: 0 },
  end: document.positionAt(Number.MAX_SAFE_INTEGER),
});

function ordered(range: Range): Range {
  const { start, end } = range;
  const backwards = start.line > end.line || (start.line === end.line && start.character > end.character);
  return backwards ? { start: end, end: start } : range;
}
