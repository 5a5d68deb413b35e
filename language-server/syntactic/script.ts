// Finds declarations and TF.js layer calls in a TypeScript or JavaScript syntax tree.
import type { Declaration, TextFacts, TextLayer } from './facts';
import { scriptLayer } from './names';
import type { Captured } from './syntax-tree';

export const scriptQuery = `
(call_expression function: (member_expression) @callee arguments: (arguments) @arguments)
(import_statement) @import
(variable_declarator value: (call_expression function: (identifier) arguments: (arguments (string)))) @import
(program (class_declaration name: (_) @name) @class)
(program (function_declaration name: (identifier) @name) @function)
(program (export_statement declaration: (class_declaration name: (_) @name)) @class)
(program (export_statement declaration: (function_declaration name: (identifier) @name)) @function)
(program (lexical_declaration (variable_declarator name: (identifier) @name)) @variable)
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name))) @variable)
`;

const longestCallee = 120;
const tfjs = /['"]@tensorflow\/tfjs[\w-]*['"]/;

export function scriptFacts(captured: Captured): TextFacts {
  const { tf, layers: layerOwners } = tfNames(captured.texts('import'));
  const layers: TextLayer[] = [];
  for (const [callee, args] of captured.pairs('callee', 'arguments')) {
    if (callee.endIndex - callee.startIndex > longestCallee) continue;
    const name = scriptLayer(callee.text.replace(/\s+/g, ''), tf, layerOwners);
    if (name === undefined) continue;
    layers.push({ name, line: callee.startPosition.row, endLine: args.endPosition.row });
  }
  const declarations = (['class', 'function', 'variable'] as const).flatMap((kind) =>
    captured.pairs(kind, 'name').map(([node, name]): Declaration => {
      return { name: name.text, kind, line: name.startPosition.row, endLine: node.endPosition.row };
    }),
  );
  return { layers, declarations: declarations.sort((a, b) => a.line - b.line) };
}

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
