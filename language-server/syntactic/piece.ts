// A top-level statement read by itself. Typing changes one of them, so that the others' readings stay good.
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Declaration, TextLayer } from './facts';
import type { Literals } from './literal-params';

/** What one statement says, with lines counted from its own first line. */
export interface Piece {
  readonly imports: readonly string[];
  readonly calls: readonly Call[];
  readonly declarations: readonly Declaration[];
}

/** A call that may build a layer; whether it does depends on what the imports call what. */
export interface Call {
  readonly callee: string;
  readonly line: number;
  readonly endLine: number;
  readonly literals?: Literals;
}

/** What a language brings: how to find these things in its syntax tree. */
export interface Reader {
  /** Captures `@callee` in calls, and `@import`. */
  readonly query: string;
  /** Whether a callee could name a layer at all; most calls cannot, and are not kept. */
  mayBuild(callee: string): boolean;
  literals?(call: Node): Literals | undefined;
  /** Names that a top-level statement declares. */
  declarations(statement: Node): { readonly name: Node; readonly kind: Declaration['kind'] }[];
  layers(calls: readonly Call[], imports: readonly string[]): TextLayer[];
}

/** A dotted name longer than this is a chain of calls, not the name of a layer. */
const longestCallee = 120;

export function readPiece(
  reader: Reader,
  statement: Node,
  captures: readonly { name: string; node: Node }[],
): Piece {
  const first = statement.startPosition.row;
  const imports: string[] = [];
  const calls: Call[] = [];
  for (const { name, node } of captures) {
    if (name === 'import') imports.push(node.text);
    if (name !== 'callee' || node.endIndex - node.startIndex > longestCallee) continue;
    const callee = node.text.replace(/\s+/g, '');
    if (!reader.mayBuild(callee)) continue;
    const call = node.parent ?? node;
    const literals = reader.literals?.(call);
    calls.push({
      callee,
      line: node.startPosition.row - first,
      endLine: call.endPosition.row - first,
      ...(literals ? { literals } : {}),
    });
  }
  const endLine = statement.endPosition.row - first;
  const declarations = reader
    .declarations(statement)
    .map(({ name, kind }) => ({ name: name.text, kind, line: name.startPosition.row - first, endLine }));
  return { imports, calls, declarations };
}

/** The same piece, further down. */
export function moved<T extends { readonly line: number; readonly endLine: number }>(
  items: readonly T[],
  by: number,
): T[] {
  return items.map((item) => ({ ...item, line: item.line + by, endLine: item.endLine + by }));
}
