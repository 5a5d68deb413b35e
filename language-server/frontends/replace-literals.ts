// A text with some of its literals replaced.
import type { LiteralEdit } from '../../core/widths/plan';

/** Edits of one file; columns are UTF-16 units, and a line ends at `\n`. */
export function replaceLiterals(text: string, edits: readonly LiteralEdit[]): string {
  const starts = lineStarts(text);
  const spans = edits.map(({ source, to }) => ({
    start: starts[source.startLine]! + source.startColumn,
    end: starts[source.endLine]! + source.endColumn,
    to,
  }));
  let [result, at] = ['', 0];
  for (const { start, end, to } of spans.sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + String(to);
    at = end;
  }
  return result + text.slice(at);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
