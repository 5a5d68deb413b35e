// Lays a graph out once, when it is loaded: which kernel runs each node, in which order of axes, and what may go when.
import type { GraphNode, ModelGraph, ValueId } from '../../core/graph/model-graph';
import { elements } from '../../core/graph/shape';
import type { Arranged, Kernel } from './kernel';
import { kernels } from './kernels/table';
import { registerGradients } from '../../native/gradients/table';
import { inputOrder, type Order, ordersDiffer } from './order';

// Whatever runs a graph differentiates it too.
registerGradients();

export interface Step extends Arranged {
  readonly node: GraphNode;
  readonly kernel: Kernel;
  /** The rank that inputs are lifted to by axes of 1 in front, where broadcasting meets channels last. */
  readonly rank: number | undefined;
  /** Values that no later step needs. */
  readonly last: readonly ValueId[];
}

export interface Plan {
  readonly steps: readonly Step[];
  /** In which order each value is made. */
  readonly orders: ReadonlyMap<ValueId, Order>;
  /** How many tensors a forward pass has to bring from one order into the other. */
  readonly transposes: number;
}

/** @throws one line when the graph holds an op that cannot be computed, with its path. */
export function requireRunnable(graph: ModelGraph): void {
  graph.nodes.forEach((node) => kernelOf(node, graph));
}

function kernelOf(node: GraphNode, graph: ModelGraph): Kernel {
  const kernel = kernels.get(node.op);
  if (kernel) return kernel;
  const unknown = node.attrs['name'];
  const name = node.op === 'unknown' && typeof unknown === 'string' ? unknown : node.op;
  throw new Error(
    `${graph.name} cannot be run: Espalier has no kernel for ${name}${node.path ? ` in ${node.path}` : ''}`,
  );
}

/** @throws as {@link requireRunnable}. */
export function planOf(graph: ModelGraph): Plan {
  const orders = new Map<ValueId, Order>(graph.inputs.map((id) => [id, inputOrder(graph, id)]));
  const moved = new Set<string>();
  const last = lastUses(graph);
  const differ = (id: ValueId) => ordersDiffer(graph.values[id]!.shape.length, graph.layout);
  const need = (id: ValueId, order: Order) => {
    if (differ(id) && orders.get(id) !== order && !isFlat(graph, id)) moved.add(`${id} ${order}`);
  };
  const steps = graph.nodes.map((node): Step => {
    const kernel = kernelOf(node, graph);
    const arranged = arrange(kernel, node, orders, graph);
    node.outputs.forEach((id, i) => orders.set(id, differ(id) ? arranged.gives[i]! : 'graph'));
    node.inputs.forEach((id, i) => need(id, arranged.takes[i]!));
    return { node, kernel, ...arranged, last: last.get(node) ?? [] };
  });
  graph.outputs.forEach((id) => need(id, 'graph'));
  return { steps, orders, transposes: moved.size };
}

/** Of N × C × 1 × 1 both orders are the same numbers in the same sequence. */
function isFlat(graph: ModelGraph, id: ValueId): boolean {
  const { shape } = graph.values[id]!;
  return shape[1] === 1 || shape.slice(2).every((dim) => dim === 1);
}

function arrange(
  { axes }: Kernel,
  node: GraphNode,
  orders: ReadonlyMap<ValueId, Order>,
  graph: ModelGraph,
): Arranged & Pick<Step, 'rank'> {
  const have = node.inputs.map((id) => orders.get(id)!);
  if (typeof axes === 'function') return { ...axes(node, have, graph), rank: undefined };
  const order = axes === 'same' ? largest(node, have, graph) : axes;
  const ranks = node.inputs.map((id) => graph.values[id]!.shape.length);
  const rank = Math.max(...ranks);
  const lifts = axes === 'same' && order === 'channelsLast' && ranks.some((own) => own < rank);
  return {
    takes: node.inputs.map(() => order),
    gives: node.outputs.map(() => order),
    rank: lifts ? rank : undefined,
  };
}

/** The order of the input with the most elements among those of the highest rank. */
function largest(node: GraphNode, have: readonly Order[], graph: ModelGraph): Order {
  const shapes = node.inputs.map((id) => graph.values[id]!.shape);
  const weight = (i: number) => shapes[i]!.length * 1e15 + elements(shapes[i]!);
  let best = 0;
  for (let i = 1; i < shapes.length; i++) if (weight(i) > weight(best)) best = i;
  return have[best] ?? 'graph';
}

function lastUses(graph: ModelGraph): Map<GraphNode, ValueId[]> {
  const users = new Map<ValueId, GraphNode>();
  for (const node of graph.nodes) for (const id of [...node.outputs, ...node.inputs]) users.set(id, node);
  for (const id of graph.outputs) users.delete(id);
  const last = new Map<GraphNode, ValueId[]>();
  for (const [id, node] of users) last.set(node, [...(last.get(node) ?? []), id]);
  return last;
}
