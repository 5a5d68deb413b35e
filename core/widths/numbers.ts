// The numbers of a dense graph that come from literals, each with what it is in the smaller graph.
import type { ModelGraph } from '../graph/model-graph';
import { evaluate, type Expression, type NumberPlace, type WrittenNumber } from '../graph/written';

export interface ChangingNumber {
  readonly value: Expression;
  readonly from: number;
  /** The same as `from` where it has to stay. */
  readonly to: number;
  /** Whose number it is: `layer1.0.conv1`, for people. */
  readonly layer: string;
}

/** Numbers whose account does not add up, or that one of the graphs does not have, are left out. */
export function changingNumbers(
  dense: ModelGraph,
  sparse: ModelGraph,
  written: readonly WrittenNumber[],
): ChangingNumber[] {
  const [before, after] = [reader(dense), reader(sparse)];
  return written.flatMap(({ of, value }): ChangingNumber[] => {
    const [from, to] = [before(of), after(of)];
    const told = evaluate(value, (literal) => literal.value);
    return from === undefined || to === undefined || told !== from.value
      ? []
      : [{ value, from: from.value, to: to.value, layer: from.layer }];
  });
}

function reader(graph: ModelGraph): (of: NumberPlace) => { value: number; layer: string } | undefined {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const paths = new Set(graph.nodes.map(({ path }) => path));
  /** The layer that a parameter belongs to; a free-standing one is its own. */
  const layerOf = (param: string) => {
    const owner = param.replace(/[./][^./]*$/, '');
    return paths.has(owner) && owner !== param ? owner : param;
  };
  return (of) => {
    if ('param' in of) return numbered(graph.params[of.param]?.shape[of.axis], layerOf(of.param));
    const node = nodes.get(of.node);
    if (!node) return undefined;
    const layer = node.path || graph.name;
    if ('axis' in of) return numbered(graph.values[node.outputs[0] ?? '']?.shape[of.axis], layer);
    const value = node.attrs[of.attr];
    return numbered(Array.isArray(value) ? value[of.index ?? 0] : value, layer);
  };
}

const numbered = (value: unknown, layer: string) =>
  typeof value === 'number' ? { value, layer } : undefined;
