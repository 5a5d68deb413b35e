// What can be folded in a Python file, from its syntax tree: blocks, brackets, texts, runs of comments and imports.
import type { Node } from '@vscode/tree-sitter-wasm';

/** Lines `[start, end]`, both shown as one. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind?: 'comment' | 'imports';
}

export const foldQuery = `
(block) @block
[(argument_list) (list) (tuple) (dictionary) (set) (parameters) (string)
 (list_comprehension) (dictionary_comprehension) (generator_expression)] @bracket
(comment) @comment
[(import_statement) (import_from_statement)] @import
`;

/** Sorted by their first line; one a line at most, the longest. */
export function pythonFolds(captures: readonly { name: string; node: Node }[]): Fold[] {
  const folds = new Map<number, Fold>();
  const add = (fold: Fold) => {
    const known = folds.get(fold.start);
    if (fold.end > fold.start && (!known || known.end < fold.end)) folds.set(fold.start, fold);
  };
  const runs: Record<'comment' | 'imports', Fold | undefined> = { comment: undefined, imports: undefined };
  for (const { name, node } of captures) {
    const [start, end] = [node.startPosition.row, node.endPosition.row];
    // A block belongs to the line of its `if`, which may span lines itself: the colon stands above the block.
    if (name === 'block') add({ start: headLine(node) ?? start, end });
    // The closing bracket stays in sight.
    else if (name === 'bracket') add({ start, end: node.type === 'string' ? end : end - 1 });
    else {
      const kind = name === 'comment' ? 'comment' : 'imports';
      const last = runs[kind];
      const joins = last !== undefined && start === last.end + 1;
      if (last && !joins) add(last);
      runs[kind] = { start: joins ? last.start : start, end, kind };
    }
  }
  for (const run of Object.values(runs)) if (run) add(run);
  return [...folds.values()].sort((a, b) => a.start - b.start);
}

/** The line of the colon that opens a block. */
function headLine(block: Node): number | undefined {
  let before = block.previousSibling;
  while (before?.type === 'comment') before = before.previousSibling;
  return before?.endPosition.row;
}
