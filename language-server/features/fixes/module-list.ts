// Registers layers that are kept in a plain list: around the list goes nn.ModuleList.
import type { Node } from '@vscode/tree-sitter-wasm';
import {
  assignmentOf,
  callAt,
  enclosing,
  rangeOf,
  selfAttribute,
  selfAttributes,
} from '../../syntactic/python-nodes';
import { pythonImports } from '../../syntactic/python-imports';
import type { Fix } from './fix';

export const moduleList: Fix = ({ remark, range, root }) => {
  if (remark.code !== 'unregistered-layer') return [];
  const call = callAt(root, range.start, range.end);
  const list = call && keptIn(call);
  const name = list && moduleListName(root);
  if (!list || name === undefined) return [];
  const { start, end } = rangeOf(list);
  // `[]` gains nothing from being passed on.
  const empty = list.type === 'list' && list.namedChildCount === 0;
  const edits = empty
    ? [{ range: { start, end }, newText: `${name}()` }]
    : [
        { range: { start, end: start }, newText: `${name}(` },
        { range: { start: end, end }, newText: ')' },
      ];
  return [{ title: `Register these layers: ${name}(…)`, edits, preferred: true }];
};

/** The list that becomes an attribute and holds what is built here. */
function keptIn(call: Node): Node | undefined {
  const literal = enclosing(call, 'list', 'list_comprehension', 'class_definition');
  if (literal && literal.type !== 'class_definition') {
    const assignment = literal.parent;
    const left = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : undefined;
    if (selfAttribute(left)) return literal;
    return left?.type === 'identifier' ? passedOn(call, left.text) : undefined;
  }
  // `layers.append(nn.Linear(…))`, whose list is made above.
  const append = call.parent?.parent;
  const method = append?.type === 'call' ? append.childForFieldName('function') : undefined;
  const target = method?.type === 'attribute' ? method.childForFieldName('object') : undefined;
  if (!target || method?.childForFieldName('attribute')?.text !== 'append') return undefined;
  return target.type === 'identifier'
    ? passedOn(call, target.text)
    : assigned(call, selfAttribute(target)?.text);
}

/** `self.layers = []` of the class: the value. */
function assigned(call: Node, name: string | undefined): Node | undefined {
  const owner = enclosing(call, 'class_definition');
  if (!owner || name === undefined) return undefined;
  const values = selfAttributes(owner).flatMap((attribute) => {
    const assignment = attribute.name.text === name ? assignmentOf(attribute.whole) : undefined;
    return assignment?.childForFieldName('right') ?? [];
  });
  const [value] = values;
  return values.length === 1 && value?.type === 'list' ? value : undefined;
}

/** `self.layers = layers` in the same method: its value. */
function passedOn(call: Node, name: string): Node | undefined {
  const method = enclosing(call, 'function_definition');
  const values = (method?.descendantsOfType('assignment') ?? []).flatMap((assignment) => {
    const value = assignment?.childForFieldName('right');
    const left = assignment?.childForFieldName('left');
    return selfAttribute(left) && value?.type === 'identifier' && value.text === name ? [value] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** `nn.ModuleList`, by what the file calls torch.nn. */
function moduleListName(root: Node): string | undefined {
  const statements = root.namedChildren.flatMap((node) =>
    /^import_/.test(node?.type ?? '') ? node!.text : [],
  );
  const { names } = pythonImports(statements);
  for (const [name, module] of names) {
    if (module === 'torch.nn') return `${name}.ModuleList`;
    if (module === 'torch.nn.ModuleList') return name;
  }
  return names.get('torch') === 'torch' ? 'torch.nn.ModuleList' : undefined;
}
