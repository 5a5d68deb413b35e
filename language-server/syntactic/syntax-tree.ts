// The syntax tree of one open document: kept up to date edit by edit, read for facts only when someone asks.
import { type Edit, type Node, Query, type Tree } from '@vscode/tree-sitter-wasm';
import type { TextFacts } from './facts';
import type { Grammar, GrammarId } from './grammar';
import { pythonFacts, pythonQuery } from './python';
import { scriptFacts, scriptQuery } from './script';

const readers: Readonly<Record<GrammarId, { query: string; facts: (captured: Captured) => TextFacts }>> = {
  python: { query: pythonQuery, facts: pythonFacts },
  typescript: { query: scriptQuery, facts: scriptFacts },
  javascript: { query: scriptQuery, facts: scriptFacts },
};

const queries = new Map<GrammarId, Query>();

/** Milliseconds one parse may take. A megabyte takes half of it; only junk that fights error recovery takes more. */
const budget = 1000;

export class SyntaxTree {
  private tree: Tree;
  private known: TextFacts | undefined;

  /** Throws one line when the text takes too long to parse. */
  constructor(
    private readonly grammar: Grammar,
    text: string,
  ) {
    this.tree = this.parse(text);
  }

  /** The text does not parse; the facts are what error recovery found. */
  get broken(): boolean {
    return this.tree.rootNode.hasError;
  }

  get facts(): TextFacts {
    return (this.known ??= readers[this.grammar.id].facts(new Captured(this.grammar, this.tree.rootNode)));
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
}

/** What a grammar's query captured, by capture name. */
export class Captured {
  private readonly matches: readonly { readonly [name: string]: Node }[];

  constructor(grammar: Grammar, root: Node) {
    const query = queries.get(grammar.id) ?? new Query(grammar.language, readers[grammar.id].query);
    queries.set(grammar.id, query);
    this.matches = query
      .matches(root)
      .map(({ captures }) => Object.fromEntries(captures.map(({ name, node }) => [name, node])));
  }

  texts(name: string): string[] {
    return this.matches.flatMap((match) => match[name]?.text ?? []);
  }

  /** The nodes that were captured together under two names. */
  pairs(first: string, second: string): [Node, Node][] {
    return this.matches.flatMap((match): [Node, Node][] => {
      const [a, b] = [match[first], match[second]];
      return a && b ? [[a, b]] : [];
    });
  }
}

/** Goes down only where there is an error, and never deeper than real code nests. */
function firstError(root: Node): Node | undefined {
  let node: Node | null | undefined = root;
  for (let depth = 0; node && depth < 1000; depth++) {
    if (node.isError || node.isMissing || !node.hasError) break;
    const next: Node | null | undefined = node.children.find((child) => child?.hasError);
    if (!next) break;
    node = next;
  }
  return node === root && !root.hasError ? undefined : (node ?? undefined);
}
