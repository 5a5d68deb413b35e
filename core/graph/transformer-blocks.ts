// The blocks of a transformer, found in its graph: what each hands on along the residual stream.
import type { GraphNode, ModelGraph, ValueId } from './model-graph';
import { formatShape } from './shape';

export interface Block {
  /** What it hands on. */
  readonly output: ValueId;
  /** For people: the module whose `forward` adds last. */
  readonly path: string;
}

type Makers = ReadonlyMap<ValueId, GraphNode>;

/**
 * A residual add joins a value with what was computed from it. One whose branch attends begins a block, those up to the
 * next such belong to it: the MLP's. Parallel branches, layer scales and stochastic depth on the way change nothing.
 */
export function transformerBlocks(graph: ModelGraph): Block[] {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const blocks: Block[] = [];
  for (const node of graph.nodes) {
    const branch = branchOf(graph, node, makers);
    if (!branch) continue;
    const block = { output: node.outputs[0]!, path: node.path };
    if (branch.some(isAttention)) blocks.push(block);
    else if (blocks.length > 0) blocks[blocks.length - 1] = block;
  }
  return blocks;
}

/** The nodes that blocks compute with: what lies in their branches, and not the stem, the last norm or the head. */
export function nodesInBlocks(graph: ModelGraph): ReadonlySet<GraphNode> {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const inside = new Set<GraphNode>();
  for (const node of graph.nodes) {
    const branch = branchOf(graph, node, makers);
    // What is added before the first block attends is no block's: positions.
    if (branch && (inside.size > 0 || branch.some(isAttention))) for (const one of branch) inside.add(one);
  }
  return inside;
}

/** Where attention's weights are made, whatever way it is written. */
const isAttention = ({ op }: GraphNode): boolean =>
  op === 'attention' || op === 'multiheadAttention' || op === 'softmax';

/** The nodes between the skip of a residual add and the add; undefined where it is none. */
function branchOf(graph: ModelGraph, { op, inputs }: GraphNode, makers: Makers): GraphNode[] | undefined {
  if (op !== 'add' || inputs.length !== 2) return undefined;
  const [a, b] = inputs as [ValueId, ValueId];
  const shape = (id: ValueId) => formatShape(graph.values[id]!.shape);
  if (a === b || shape(a) !== shape(b) || graph.values[a]!.shape.length < 3) return undefined;
  const [left, right] = [ancestry(a, makers), ancestry(b, makers)];
  // The skip is an ancestor of the other, so the branch is what the other has more.
  const [skip, made, end] = right.size > left.size ? [left, right, a] : [right, left, b];
  const maker = makers.get(end);
  if (maker ? !made.has(maker) : skip.size > 0) return undefined;
  return [...made].filter((node) => !skip.has(node));
}

/** All nodes that a value is made by. */
function ancestry(value: ValueId, makers: Makers): Set<GraphNode> {
  const out = new Set<GraphNode>();
  const open = [value];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const maker = makers.get(id);
    if (!maker || out.has(maker)) continue;
    out.add(maker);
    open.push(...maker.inputs);
  }
  return out;
}
