// In what two graphs of a model differ, in words: parameters first, then what is computed.
import type { GraphNode, ModelGraph, ParamName } from './model-graph';

export interface Difference {
  readonly text: string;
  /** The parameter or the node of the graph that was wanted, if it has it. */
  readonly param?: ParamName;
  readonly node?: GraphNode;
}

/**
 * What keeps weights of `wanted` from being those of `actual`, and the same inputs from giving the same answer; empty
 * where nothing does. Where something stands in the source, and how it starts before training, are no differences.
 */
export function differences(actual: ModelGraph, wanted: ModelGraph): Difference[] {
  const params = paramDifferences(actual, wanted);
  return params.length > 0 ? params : nodeDifferences(actual, wanted);
}

function paramDifferences(actual: ModelGraph, wanted: ModelGraph): Difference[] {
  const missing = Object.keys(actual.params)
    .filter((name) => !wanted.params[name])
    .map((name) => ({ text: `it has a parameter ${name} too` }));
  const others = Object.values(wanted.params).flatMap(({ name, shape }): Difference[] => {
    const own = actual.params[name]?.shape;
    if (!own) return [{ text: `it has no parameter ${name}`, param: name }];
    const sizes = (dims: readonly number[]) => dims.join('×') || 'a scalar';
    return own.join() === shape.join()
      ? []
      : [{ text: `${name} is ${sizes(own)}, not ${sizes(shape)}`, param: name }];
  });
  return [...others, ...missing];
}

function nodeDifferences(actual: ModelGraph, wanted: ModelGraph): Difference[] {
  const [a, b] = [actual.nodes.length, wanted.nodes.length];
  if (a !== b) return [{ text: `it has ${a} operations, not ${b}` }];
  const found = wanted.nodes.flatMap((node, i): Difference[] => {
    const text = nodeDifference(actual.nodes[i]!, node);
    return text === undefined ? [] : [{ text: `${node.path || wanted.name}: ${text}`, node }];
  });
  if (found.length > 0) return found;
  const ends = ({ inputs, outputs, values }: ModelGraph) =>
    canonical([inputs, outputs].map((ids) => ids.map((id) => [id, values[id]?.shape])));
  return ends(actual) === ends(wanted) ? [] : [{ text: 'its inputs or outputs are others' }];
}

function nodeDifference(actual: GraphNode, wanted: GraphNode): string | undefined {
  if (actual.op !== wanted.op) return `it computes ${actual.op}, not ${wanted.op}`;
  const linked = ({ inputs, outputs, params }: GraphNode) => canonical([inputs, outputs, params]);
  if (linked(actual) !== linked(wanted)) return `${wanted.op} takes something else`;
  const keys = new Set([...Object.keys(actual.attrs), ...Object.keys(wanted.attrs)]);
  const key = [...keys].find((name) => canonical(actual.attrs[name]) !== canonical(wanted.attrs[name]));
  if (key === undefined) return undefined;
  const said = ({ attrs }: GraphNode) => canonical(attrs[key]) ?? 'nothing';
  return `${key} of ${wanted.op} is ${said(actual)}, not ${said(wanted)}`;
}

/** JSON in which the same value is the same text, whatever the order of its keys; undefined for nothing. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item !== 'object' || item === null || Array.isArray(item)
      ? item
      : Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
