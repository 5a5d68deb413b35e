// Finds calls, arguments and attributes in a Python syntax tree, for edits and for definition.
import type { Node } from '@vscode/tree-sitter-wasm';

export interface Point {
  readonly line: number;
  readonly character: number;
}

/** The call that begins at a place; of `f(x)(y)` the outer one, unless `end` says which. */
export function callAt(root: Node, start: Point, end?: Point): Node | undefined {
  const at = { row: start.line, column: start.character };
  let node: Node | null = root.descendantForPosition(at);
  let found: Node | undefined;
  for (; node; node = node.parent) {
    const { row, column } = node.startPosition;
    if (row !== at.row || column !== at.column) break;
    if (node.type !== 'call') continue;
    const { row: endRow, column: endColumn } = node.endPosition;
    if (end && endRow === end.line && endColumn === end.character) return node;
    found = node;
  }
  return end ? undefined : found;
}

/** The expression given for a parameter, by name or position; undefined where it is not given or `*` hides it. */
export function argument(call: Node, position: number, name: string): Node | undefined {
  let at = 0;
  for (const node of call.childForFieldName('arguments')?.namedChildren ?? []) {
    if (!node || node.type === 'comment') continue;
    if (node.type === 'list_splat' || node.type === 'dictionary_splat') return undefined;
    if (node.type === 'keyword_argument') {
      if (node.childForFieldName('name')?.text === name) return node.childForFieldName('value') ?? undefined;
    } else if (at++ === position) return node;
  }
  return undefined;
}

/** `nn.Conv2d` of `nn.Conv2d(3, 8, 3)`. */
export const calleeOf = (call: Node): string =>
  (call.childForFieldName('function')?.text ?? '').replace(/\s+/g, '');

export function enclosing(node: Node, ...types: readonly string[]): Node | undefined {
  let at: Node | null = node;
  while (at && !types.includes(at.type)) at = at.parent;
  return at ?? undefined;
}

/** `conv1` of `self.conv1`, where `self` is what the method around it calls itself. */
export function selfAttribute(node: Node | null | undefined): Node | undefined {
  if (node?.type !== 'attribute') return undefined;
  const object = node.childForFieldName('object');
  const name = node.childForFieldName('attribute');
  if (object?.type !== 'identifier' || !name) return undefined;
  const method = enclosing(node, 'function_definition');
  const first = method?.childForFieldName('parameters')?.firstNamedChild;
  return first && selfName(first) === object.text && enclosing(node, 'class_definition') ? name : undefined;
}

/** `self` or `self: Self`. */
const selfName = (parameter: Node): string =>
  parameter.type === 'identifier' ? parameter.text : (parameter.firstNamedChild?.text ?? '');

/** All `self.…` below a node, in the order of the text. */
export function selfAttributes(node: Node): { readonly name: Node; readonly whole: Node }[] {
  return node.descendantsOfType('attribute').flatMap((whole) => {
    const name = selfAttribute(whole);
    return whole && name ? [{ name, whole }] : [];
  });
}

/** The `self.conv1 = …` that a `self.conv1` stands in, when it is what is assigned. */
export function assignmentOf(whole: Node): Node | undefined {
  const { parent } = whole;
  return parent?.type === 'assignment' && parent.childForFieldName('left')?.id === whole.id
    ? parent
    : undefined;
}

export const rangeOf = ({ startPosition, endPosition }: Node) => ({
  start: { line: startPosition.row, character: startPosition.column },
  end: { line: endPosition.row, character: endPosition.column },
});
