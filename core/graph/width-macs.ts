// The MACs of a graph as a function of its groups' widths, without surgery: what an allocator asks thousands of times.
import { couple } from './coupling/couple';
import type { GroupId } from './coupling/group';
import { nodeCost } from './cost';
import type { GraphNode, ModelGraph, ValueId } from './model-graph';
import { ops } from './ops/table';
import { resizedAttrs } from './resize';
import { type Dim, isBatch, type Shape } from './shape';

/** Channels that a group keeps; those that are not named keep all. */
export type Widths = ReadonlyMap<GroupId, number>;

export interface WidthMacs {
  /** Of one sample: what {@link graphCost} says of the graph after surgery. */
  all(widths: Widths): number;
  /** Of the nodes alone that channels of this group go through. */
  around(group: GroupId, widths: Widths): number;
}

interface Sized {
  readonly node: GraphNode;
  readonly groups: ReadonlySet<GroupId>;
}

/** Axes are sums of whole channels of groups, so their lengths are affine in the widths, and only MACs need counting. */
export function widthMacs(graph: ModelGraph): WidthMacs {
  const coupling = couple(graph);
  const channels = new Map(coupling.groups.map((group) => [group.id, group.channels]));
  const carried = new Map(
    Object.keys(graph.values).map((id) => [id, coupling.carried(id).filter(({ widths }) => widths.size > 0)]),
  );
  const shapeOf = (id: ValueId, widths: Widths): Shape => {
    const { shape } = graph.values[id]!;
    const axes = carried.get(id)!;
    if (axes.length === 0) return shape;
    const out = [...shape];
    for (const { axis, widths: each } of axes) {
      let gone = 0;
      for (const [group, positions] of each) {
        const all = channels.get(group)!;
        gone += positions * (all - (widths.get(group) ?? all));
      }
      if (gone > 0) out[axis] = less(shape[axis]!, gone);
    }
    return out;
  };

  let fixed = 0;
  const sized: Sized[] = [];
  const byGroup = new Map<GroupId, Sized[]>();
  for (const node of graph.nodes) {
    if (!ops.get(node.op)?.macs) continue;
    const ends = [...node.inputs, ...node.outputs];
    const groups = new Set(ends.flatMap((id) => carried.get(id)!.flatMap(({ widths }) => [...widths.keys()])));
    if (groups.size === 0) fixed += nodeCost(graph, node).macs;
    else sized.push({ node, groups });
  }
  for (const one of sized)
    for (const id of one.groups) {
      const known = byGroup.get(id);
      if (known) known.push(one);
      else byGroup.set(id, [one]);
    }

  const macsOf = ({ node }: Sized, widths: Widths): number => {
    const inputs = node.inputs.map((id) => shapeOf(id, widths));
    const outputs = node.outputs.map((id) => shapeOf(id, widths));
    // Of what the first input lost only slices want to know more than its new length, and those multiply nothing.
    const attrs = resizedAttrs({ node, inputs, outputs, graph, cuts: [] });
    return ops.get(node.op)!.macs!({ inputs, outputs, attrs, layout: graph.layout });
  };
  const sum = (nodes: readonly Sized[], widths: Widths) =>
    nodes.reduce((total, one) => total + macsOf(one, widths), 0);
  return {
    all: (widths) => fixed + sum(sized, widths),
    around: (group, widths) => sum(byGroup.get(group) ?? [], widths),
  };
}

const less = (dim: Dim, gone: number): Dim =>
  isBatch(dim) ? { batch: dim.batch - gone } : dim - gone;
