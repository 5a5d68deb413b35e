// Where a class assigns `self.conv1` and where it uses it, from the syntax tree alone.
import type { Node } from '@vscode/tree-sitter-wasm';
import { assignmentOf, enclosing, type Point, selfAttribute, selfAttributes } from './python-nodes';

export interface AttributeUses {
  readonly name: string;
  /** The class. */
  readonly owner: string;
  /** Whether the place that was asked about is a use. */
  readonly isUse: boolean;
  /** Names, without `self.`; in base classes of the same file too. */
  readonly assignments: readonly Node[];
  readonly uses: readonly Node[];
}

/** Undefined where no attribute of `self` stands. */
export function attributeUses(root: Node, { line, character }: Point): AttributeUses | undefined {
  const node = root.descendantForPosition({ row: line, column: character });
  const name = selfAttribute(node?.parent);
  const owner = node && enclosing(node, 'class_definition');
  if (!node || !name || !owner || node.id !== name.id) return undefined;
  const [assignments, uses]: [Node[], Node[]] = [[], []];
  for (const family of lineage(root, owner)) {
    for (const attribute of selfAttributes(family)) {
      if (attribute.name.text !== name.text) continue;
      (assignmentOf(attribute.whole) ? assignments : uses).push(attribute.name);
    }
  }
  const isUse = uses.some(({ id }) => id === name.id);
  return { name: name.text, owner: owner.childForFieldName('name')?.text ?? '', isUse, assignments, uses };
}

/** A class and, as far as the file declares them, its bases. */
function lineage(root: Node, owner: Node): Node[] {
  const classes = new Map(
    root.descendantsOfType('class_definition').flatMap((node) => {
      const name = node?.childForFieldName('name')?.text;
      return node && name !== undefined ? [[name, node] as const] : [];
    }),
  );
  const family = [owner];
  // Grows while it is walked; a class that is its own base comes once.
  for (const node of family) {
    for (const base of node.childForFieldName('superclasses')?.namedChildren ?? []) {
      const found = base ? classes.get(base.text) : undefined;
      if (found && !family.some(({ id }) => id === found.id)) family.push(found);
    }
  }
  return family;
}
