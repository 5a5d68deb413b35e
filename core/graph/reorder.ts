// Puts the channels of groups in another order everywhere they are: the same function, computed with other weights.
import { couple } from './coupling/couple';
import type { GroupId } from './coupling/group';
import { eachPosition } from './coupling/runs';
import type { ModelGraph, ParamName } from './model-graph';
import type { AxisSlice } from './surgery';

/**
 * What each parameter's axes are gathered by, for `applySlices`. Channels of a group that can be pruned may change places:
 * where any of them may go, none is where it is for a reason of its own. The graph stays what it is.
 * @param orders for each group, all its channels: place i gets what was channel `order[i]`.
 * Throws one line when a group does not exist, cannot be pruned, or an order is no permutation.
 */
export function reorder(
  graph: ModelGraph,
  orders: ReadonlyMap<GroupId, Uint32Array>,
): Map<ParamName, AxisSlice[]> {
  const groups = new Map(couple(graph).groups.map((group) => [group.id, group]));
  const slices = new Map<ParamName, AxisSlice[]>();
  for (const [id, order] of orders) {
    const group = groups.get(id);
    if (!group) throw new Error(`${graph.name} has no group of channels ${id}`);
    if (!group.prunable.ok)
      throw new Error(`channels of ${id} keep their places: it ${group.prunable.reason}`);
    if (
      order.length !== group.channels ||
      new Set(order).size !== order.length ||
      !(Math.max(...order) < order.length)
    )
      throw new Error(`${order.length} places are no order of the ${group.channels} channels of ${id}`);
    for (const { param, axis, runs } of group.members) {
      const indices = indicesOf(graph, slices, param, axis);
      for (const run of runs)
        eachPosition([run], (position, channel) => {
          const within = position - run.start - (channel - run.channel) * run.stride;
          indices[position] = run.start + (order[channel]! - run.channel) * run.stride + within;
        });
    }
  }
  return slices;
}

/** Those of one axis, which several groups may share: each position stays until a group says otherwise. */
function indicesOf(
  graph: ModelGraph,
  slices: Map<ParamName, AxisSlice[]>,
  param: ParamName,
  axis: number,
): Uint32Array {
  const size = graph.params[param]?.shape[axis];
  if (size === undefined) throw new Error(`${graph.name} has no parameter ${param} with an axis ${axis}`);
  const cuts = slices.get(param) ?? [];
  slices.set(param, cuts);
  const known = cuts.find((cut) => cut.axis === axis);
  if (known) return known.indices;
  const indices = Uint32Array.from({ length: size }, (_, position) => position);
  cuts.push({ axis, indices });
  return indices;
}
