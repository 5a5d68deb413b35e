// The syntax tree of one open document: kept up to date edit by edit, read for facts only when someone asks.
import { type Edit, type Node, Query, type Tree } from '@vscode/tree-sitter-wasm';
import type { Declaration, TextFacts } from './facts';
import type { Grammar, GrammarId } from './grammar';
import { type Call, moved, type Piece, type Reader, readPiece } from './piece';
import { pythonReader } from './python';
import { scriptReader } from './script';

const readers: Readonly<Record<GrammarId, Reader>> = {
  python: pythonReader,
  typescript: scriptReader,
  tsx: scriptReader,
  javascript: scriptReader,
};

const queries = new Map<string, Query>();

/** Compiling a query takes a millisecond: each is compiled once. */
function queryOf({ id, language }: Grammar, source: string): Query {
  const key = `${id} ${source}`;
  const query = queries.get(key) ?? new Query(language, source);
  queries.set(key, query);
  return query;
}

/** Milliseconds one parse may take. A megabyte takes a sixth of it; only junk that fights error recovery takes more. */
const budget = 3000;

export class SyntaxTree {
  private tree: Tree;
  private known: TextFacts | undefined;
  /** Readings by kind and text of the statement. */
  private pieces = new Map<string, Piece>();

  /** Throws one line when the text takes too long to parse. */
  constructor(
    private readonly grammar: Grammar,
    private text: string,
  ) {
    this.tree = this.parse(text);
  }

  /** The text does not parse; the facts are what error recovery found. */
  get broken(): boolean {
    return this.tree.rootNode.hasError;
  }

  get facts(): TextFacts {
    return (this.known ??= this.read());
  }

  /** What a query finds in the whole text, in its order. */
  captures(source: string): { name: string; node: Node }[] {
    return queryOf(this.grammar, source).captures(this.tree.rootNode);
  }

  get language(): GrammarId {
    return this.grammar.id;
  }

  get root(): Node {
    return this.tree.rootNode;
  }

  /** Zero-based line of the first syntax error. */
  get firstError(): number | undefined {
    return firstError(this.tree.rootNode)?.startPosition.row;
  }

  /** Throws one line when the text takes too long to parse; the tree is unusable then. */
  update(text: string, edits: readonly Edit[]): void {
    for (const edit of edits) this.tree.edit(edit);
    const old = this.tree;
    this.tree = this.parse(text, old);
    this.text = text;
    this.known = undefined;
    old.delete();
  }

  dispose(): void {
    this.tree.delete();
  }

  private parse(text: string, old?: Tree): Tree {
    const end = performance.now() + budget;
    const tree = this.grammar.parser.parse(text, old, { progressCallback: () => performance.now() > end });
    if (tree) return tree;
    // A cancelled parser would go on with the next text where it stopped in this one.
    this.grammar.parser.reset();
    throw new Error(`the text takes longer than ${budget} ms to parse`);
  }

  /** Statements whose text is known are not read again: a key costs the statement it is typed in. */
  private read(): TextFacts {
    const { id } = this.grammar;
    const query = queryOf(this.grammar, readers[id].query);
    const pieces = new Map<string, Piece>();
    const imports: string[] = [];
    const calls: Call[] = [];
    const declarations: Declaration[] = [];
    for (const statement of this.tree.rootNode.namedChildren) {
      if (!statement || statement.type === 'comment') continue;
      const text = this.text.slice(statement.startIndex, statement.endIndex);
      // While the text is broken, error recovery may take the same words for another kind of statement.
      const key = `${statement.type} ${text}`;
      const known = pieces.get(key) ?? this.pieces.get(key);
      const piece = known ?? readPiece(readers[id], statement, query.captures(statement));
      pieces.set(key, piece);
      const { row } = statement.startPosition;
      imports.push(...piece.imports);
      calls.push(...moved(piece.calls, row));
      declarations.push(...moved(piece.declarations, row));
    }
    this.pieces = pieces;
    return { layers: readers[id].layers(calls, imports), declarations };
  }
}

/** Goes down only where there is an error, and never deeper than real code nests. */
function firstError(root: Node): Node | undefined {
  if (!root.hasError) return undefined;
  let node = root;
  for (let depth = 0; depth < 1000 && !node.isError && !node.isMissing; depth++) {
    const next = node.children.find((child) => child?.hasError);
    if (!next) break;
    node = next;
  }
  return node;
}
