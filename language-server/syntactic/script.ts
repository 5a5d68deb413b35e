// Finds declarations and TF.js layer calls in a TypeScript or JavaScript syntax tree.
import type { Declaration, TextLayer } from './facts';
import { scriptLayer } from './names';
import type { Reader } from './piece';

const tfjs = /['"]@tensorflow\/tfjs[\w-]*['"]/;

const kinds: Readonly<Record<string, Declaration['kind']>> = {
  class_declaration: 'class',
  function_declaration: 'function',
  variable_declarator: 'variable',
};

export const scriptReader: Reader = {
  query: `
(call_expression function: (member_expression) @callee)
(import_statement) @import
(variable_declarator value: (call_expression function: (identifier) arguments: (arguments (string)))) @import
`,
  mayBuild: (callee) => /^(?:[\w$]+\.)*[\w$]+\.[a-z]\w*$/.test(callee),
  declarations(statement) {
    const inner =
      statement.type === 'export_statement' ? statement.childForFieldName('declaration') : statement;
    if (!inner) return [];
    return [inner, ...inner.namedChildren].flatMap((node) => {
      const kind = node ? kinds[node.type] : undefined;
      const name = node?.childForFieldName('name');
      return kind && name ? [{ name, kind }] : [];
    });
  },
  layers(calls, statements) {
    const { tf, layers } = tfNames(statements);
    return calls.flatMap(({ callee, line, endLine }): TextLayer[] => {
      const name = scriptLayer(callee, tf, layers);
      return name === undefined ? [] : [{ name, line, endLine }];
    });
  },
};

/** What the file calls TF.js, and what it calls its `layers`. */
function tfNames(statements: readonly string[]) {
  const tf = new Set<string>();
  const layers = new Set<string>();
  for (const statement of statements) {
    if (!tfjs.test(statement)) continue;
    const whole = /\*\s*as\s+([\w$]+)|^import\s+([\w$]+)|^([\w$]+)\s*=/.exec(statement);
    const name = whole?.[1] ?? whole?.[2] ?? whole?.[3];
    if (name !== undefined && name !== 'type') tf.add(name);
    const picked = /\{[^}]*\blayers\b(?:\s*(?:as|:)\s*([\w$]+))?/.exec(statement);
    if (picked) layers.add(picked[1] ?? 'layers');
  }
  return { tf, layers };
}
