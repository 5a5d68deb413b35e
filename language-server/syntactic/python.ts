// Finds declarations and layer calls in a Python syntax tree.
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Declaration, TextFacts, TextLayer } from './facts';
import { type Literal, literalParams, type Literals } from './literal-params';
import { pythonLayer } from './names';
import { pythonImports, resolveName } from './python-imports';
import type { Captured } from './syntax-tree';

export const pythonQuery = `
(call function: [(attribute) (identifier)] @callee arguments: (argument_list) @arguments)
(import_statement) @import
(import_from_statement) @import
(module (class_definition name: (identifier) @name) @class)
(module (function_definition name: (identifier) @name) @function)
(module (decorated_definition definition: (class_definition name: (identifier) @name)) @class)
(module (decorated_definition definition: (function_definition name: (identifier) @name)) @function)
(module (expression_statement (assignment left: (identifier) @name)) @variable)
`;

/** A dotted name longer than this is a chain of calls, not the name of a layer. */
const longestCallee = 120;

export function pythonFacts(captured: Captured): TextFacts {
  const imports = pythonImports(captured.texts('import'));
  const layers: TextLayer[] = [];
  for (const [callee, args] of captured.pairs('callee', 'arguments')) {
    if (callee.endIndex - callee.startIndex > longestCallee) continue;
    const names = resolveName(callee.text.replace(/\s+/g, ''), imports);
    const name = names.map(pythonLayer).find((found) => found !== undefined);
    if (name === undefined) continue;
    const torch = names.some((resolved) => resolved.startsWith('torch.'));
    const params = torch ? literalParams(name, literals(args)) : undefined;
    layers.push({
      name,
      line: callee.startPosition.row,
      endLine: args.endPosition.row,
      ...(params === undefined ? {} : { params }),
    });
  }
  const declarations = (['class', 'function', 'variable'] as const).flatMap((kind) =>
    captured.pairs(kind, 'name').map(([node, name]): Declaration => {
      return { name: name.text, kind, line: name.startPosition.row, endLine: node.endPosition.row };
    }),
  );
  return { layers, declarations: declarations.sort((a, b) => a.line - b.line) };
}

function literals(args: Node): Literals {
  const positional: Literal[] = [];
  const named = new Map<string, Literal>();
  for (const node of args.namedChildren) {
    if (!node || node.type === 'comment') continue;
    const key = node.childForFieldName('name');
    const value = node.childForFieldName('value');
    if (node.type === 'keyword_argument' && key && value) named.set(key.text, literal(value));
    // After *args nobody can tell which argument stands where.
    else if (node.type === 'list_splat') break;
    else if (node.type !== 'dictionary_splat') positional.push(literal(node));
  }
  return { positional, named };
}

function literal(node: Node): Literal {
  switch (node.type) {
    case 'integer':
      return /^\d+$/.test(node.text.replaceAll('_', '')) ? Number(node.text.replaceAll('_', '')) : undefined;
    case 'true':
      return true;
    case 'false':
      return false;
    case 'none':
      return null;
    case 'tuple':
    case 'list': {
      const values = node.namedChildren.map((child) => (child ? literal(child) : undefined));
      return values.every((value) => typeof value === 'number') ? values : undefined;
    }
    default:
      return undefined;
  }
}
