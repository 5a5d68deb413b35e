// What a graph costs as a function of its groups' widths, without surgery: what an allocator asks over and over.
import { couple } from './coupling/couple';
import type { GroupId } from './coupling/group';
import { type NodeCost, nodeCost } from './cost';
import type { GraphNode, ModelGraph, ValueId } from './model-graph';
import { ops } from './ops/table';
import { resizedAttrs } from './resize';
import { type Dim, isBatch, type Shape } from './shape';

/** Channels that a group keeps; those that are not named keep all. */
export type Widths = ReadonlyMap<GroupId, number>;

/** Of one sample: what {@link graphCost} says of the graph after surgery. */
export type WidthCost = (widths: Widths) => Pick<NodeCost, 'macs' | 'flops'>;

/** Axes are sums of whole channels of groups, so their lengths are affine in the widths, and only nodes need counting. */
export function widthCost(graph: ModelGraph): WidthCost {
  const shapeOf = shapesOf(graph);
  let [macs, flops] = [0, 0];
  const sized: GraphNode[] = [];
  for (const node of graph.nodes) {
    if ([...node.inputs, ...node.outputs].some((id) => shapeOf.isCarrying(id))) sized.push(node);
    else {
      const cost = nodeCost(graph, node);
      [macs, flops] = [macs + cost.macs, flops + cost.flops];
    }
  }
  return (widths) => {
    const total = { macs, flops };
    const known = new Map<ValueId, Shape>();
    const at = (id: ValueId): Shape => {
      const shape = known.get(id) ?? shapeOf(id, widths);
      known.set(id, shape);
      return shape;
    };
    for (const node of sized) {
      const def = ops.get(node.op);
      const [inputs, outputs] = [node.inputs.map(at), node.outputs.map(at)];
      // Of what the first input lost only slices ask for more than its new length, to know where they begin.
      const attrs = resizedAttrs({ node, inputs, outputs, graph, cuts: [] });
      const io = { inputs, outputs, attrs, layout: graph.layout };
      const own = def?.macs?.(io) ?? 0;
      total.macs += own;
      total.flops += 2 * own + (def?.flops?.(io) ?? 0);
    }
    return total;
  };
}

function shapesOf(graph: ModelGraph) {
  const coupling = couple(graph);
  const channels = new Map(coupling.groups.map((group) => [group.id, group.channels]));
  const carried = new Map(
    Object.keys(graph.values).map((id) => [id, coupling.carried(id).filter(({ widths }) => widths.size > 0)]),
  );
  const shapeOf = (id: ValueId, widths: Widths): Shape => {
    const { shape } = graph.values[id]!;
    const out = [...shape];
    for (const { axis, widths: each } of carried.get(id)!) {
      let gone = 0;
      for (const [group, positions] of each) {
        const all = channels.get(group)!;
        gone += positions * (all - (widths.get(group) ?? all));
      }
      out[axis] = less(shape[axis]!, gone);
    }
    return out;
  };
  return Object.assign(shapeOf, { isCarrying: (id: ValueId) => carried.get(id)!.length > 0 });
}

const less = (dim: Dim, gone: number): Dim => (isBatch(dim) ? { batch: dim.batch - gone } : dim - gone);
