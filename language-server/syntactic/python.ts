// Finds declarations and layer calls in a Python syntax tree.
import type { Node } from '@vscode/tree-sitter-wasm';
import type { TextLayer } from './facts';
import { type Literal, literalParams, type Literals } from './literal-params';
import { pythonLayer } from './names';
import type { Call, Reader } from './piece';
import { pythonImports, resolveName } from './python-imports';

export const pythonReader: Reader = {
  query: `
(call function: [(attribute) (identifier)] @callee)
(import_statement) @import
(import_from_statement) @import
`,
  // Layers are classes, whose names begin with a capital; an alias may not, but then nothing else would tell.
  mayBuild: (callee) => /(?:^|\.)[A-Z]\w*$/.test(callee),
  literals: (call) => {
    const args = call.childForFieldName('arguments');
    return args ? literalsOf(args) : undefined;
  },
  declarations(statement) {
    const inner =
      statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
    const name = inner?.childForFieldName('name');
    if (inner?.type === 'class_definition' && name) return [{ name, kind: 'class' }];
    if (inner?.type === 'function_definition' && name) return [{ name, kind: 'function' }];
    if (inner?.type !== 'expression_statement') return [];
    const assigned = inner.firstNamedChild?.childForFieldName('left');
    return assigned?.type === 'identifier' ? [{ name: assigned, kind: 'variable' }] : [];
  },
  layers(calls, statements) {
    const imports = pythonImports(statements);
    return calls.flatMap((call): TextLayer[] => {
      const names = resolveName(call.callee, imports);
      const name = names.map(pythonLayer).find((found) => found !== undefined);
      return name === undefined ? [] : [layer(name, call, names)];
    });
  },
};

function layer(name: string, { line, endLine, literals }: Call, names: readonly string[]): TextLayer {
  const torch = names.some((resolved) => resolved.startsWith('torch.'));
  const params = torch && literals ? literalParams(name, literals) : undefined;
  return { name, line, endLine, ...(params === undefined ? {} : { params }) };
}

function literalsOf(args: Node): Literals {
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
      return /^[\d_]+$/.test(node.text) ? Number(node.text.replaceAll('_', '')) : undefined;
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
