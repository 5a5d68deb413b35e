// The stand-ins' account of which literals became which numbers, read as places of the graph.
import { paramName } from '../../../core/graph/conventions';
import type { ModelGraph, SourceRange } from '../../../core/graph/model-graph';
import type { Expression, Literal, NumberPlace, WrittenNumber } from '../../../core/graph/written';

/** More than a graph may have nodes; the rest is left out, and what depends on it is not found. */
const most = 200_000;
/** Python bounds its expressions; whoever else writes one may not. */
const deepest = 100;

export function writtenNumbers(
  request: Record<string, unknown>,
  graph: ModelGraph,
  rangeOf: (place: unknown) => SourceRange | undefined,
): WrittenNumber[] {
  const said = (request['written'] ?? {}) as Record<string, unknown>;
  const literals = listOf(said['places']).map((place) => literalAt(place, rangeOf));
  const numbers: WrittenNumber[] = [];
  const add = (of: NumberPlace | undefined, expression: unknown) => {
    const value = of && readExpression(expression, literals, 0);
    if (of && value) numbers.push({ of, value });
  };
  for (const [node, attr, index, expression] of rows(said['attrs']))
    add(attrPlace(graph, Number(node), String(attr), index), expression);
  for (const [path, name, axis, expression] of rows(said['sizes'])) {
    const param = paramName(graph.framework, String(path), String(name));
    if (graph.params[param]) add({ param, axis: Number(axis) }, expression);
  }
  return numbers;
}

/** Undefined where the graph says it in another way than the code, such as a flatten for a view. */
function attrPlace(graph: ModelGraph, at: number, attr: string, index: unknown): NumberPlace | undefined {
  const node = graph.nodes[at];
  if (!node) return undefined;
  const value = node.attrs[attr];
  const { id } = node;
  if (typeof index !== 'number') return typeof value === 'number' ? { node: id, attr } : undefined;
  if (Array.isArray(value) && typeof value[index] === 'number') return { node: id, attr, index };
  // A view that turned out to be a flatten: what it spells out is the size of the result.
  return attr === 'shape' && node.op === 'flatten' ? { node: id, axis: index } : undefined;
}

function literalAt(
  place: unknown,
  rangeOf: (place: unknown) => SourceRange | undefined,
): Literal | undefined {
  const source = rangeOf(place);
  return source && { kind: 'literal', source, value: Number(listOf(place)[5]) };
}

function readExpression(
  value: unknown,
  literals: readonly (Literal | undefined)[],
  depth: number,
): Expression | undefined {
  if (typeof value === 'number') return literals[value];
  const [kind, a, b] = listOf(value);
  if (kind === 'plain') return { kind, value: Number(a) };
  if (depth > deepest || (kind !== '+' && kind !== '-' && kind !== '*' && kind !== '//')) return undefined;
  const [left, right] = [a, b].map((part) => readExpression(part, literals, depth + 1));
  return left && right && { kind, left, right };
}

const rows = (value: unknown): unknown[][] => listOf(value).slice(0, most).map(listOf);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
