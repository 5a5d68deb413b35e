// Python's positions (lines from 1, columns in UTF-8 bytes) as ranges of the editor (lines from 0, UTF-16 units).
import type { SourceRange } from '../../../core/graph/model-graph';

/** `[file, line, column, endLine, endColumn]`, as CPython's code objects and syntax trees count them. */
export type PythonPlace = readonly [string, number, number, number, number];

export function isPlace(value: unknown): value is PythonPlace {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    value.slice(1, 5).filter(Number.isFinite).length === 4
  );
}

/** @param linesOf the lines of a file that the trace has read; an unknown file keeps byte columns. */
export function toRange(
  [file, line, column, endLine, endColumn]: PythonPlace,
  linesOf: (file: string) => readonly string[] | undefined,
): SourceRange {
  const lines = linesOf(file);
  const units = (at: number, bytes: number) => unitColumn(lines?.[at - 1], bytes);
  return {
    file,
    startLine: Math.max(0, line - 1),
    startColumn: units(line, column),
    endLine: Math.max(0, endLine - 1),
    endColumn: units(endLine, endColumn),
  };
}

/** The trimmed extent of one line, for messages that belong to no expression. */
export function wholeLine(file: string, line: number, text: string): SourceRange {
  const content = text.split('\n')[line] ?? '';
  const startColumn = content.length - content.trimStart().length;
  return { file, startLine: line, startColumn, endLine: line, endColumn: content.trimEnd().length };
}

function unitColumn(line: string | undefined, bytes: number): number {
  if (line === undefined || bytes < 0) return Math.max(0, bytes);
  const encoded = Buffer.from(line);
  return encoded.length === line.length
    ? Math.min(bytes, line.length)
    : encoded.subarray(0, bytes).toString('utf8').length;
}
