// The syntactic tier of one document: a tree that follows the text, or the reason why there is none.
import type { Grammar } from '../syntactic/grammar';
import { SyntaxTree } from '../syntactic/syntax-tree';
import type { TextFacts } from '../syntactic/facts';
import type { AppliedEdit } from './edits';

/** Characters. Nobody writes a megabyte by hand, and each key would cost tens of milliseconds. */
export const syntacticLimit = 1_000_000;

export class DocumentSyntax {
  private tree: SyntaxTree | undefined;
  private reason: string | undefined;

  constructor(grammar: Grammar, text: string) {
    this.guard(text, () => {
      this.tree = new SyntaxTree(grammar, readable(text));
    });
  }

  /** Why the text is not read; undefined while it is. */
  get off(): string | undefined {
    return this.reason;
  }

  get facts(): TextFacts | undefined {
    return this.tree?.facts;
  }

  /** The tree itself, for features that look at single expressions. */
  get current(): SyntaxTree | undefined {
    return this.tree;
  }

  /** Zero-based line of the first syntax error; undefined while the text parses, or when nobody can tell. */
  get brokenLine(): number | undefined {
    return this.tree?.broken ? (this.tree.firstError ?? 0) : undefined;
  }

  update(text: string, edits: readonly AppliedEdit[]): void {
    this.guard(text, () =>
      this.tree?.update(
        readable(text),
        edits.map(({ tree }) => tree),
      ),
    );
  }

  dispose(): void {
    this.tree?.dispose();
    this.tree = undefined;
  }

  private guard(text: string, act: () => void): void {
    if (this.reason !== undefined) return;
    try {
      if (text.length > syntacticLimit) throw new Error('the file is larger than 1 MB');
      act();
    } catch (error) {
      this.reason = `the text is not followed while you type: ${(error as Error).message}`;
      this.dispose();
    }
  }
}

/** LSP ends a line at a lone carriage return, tree-sitter does not; the length stays. */
const readable = (text: string): string => text.replace(/\r(?!\n)/g, '\n');
