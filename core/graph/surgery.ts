// Removes channels: a smaller graph, and what to cut out of every parameter to fit it.
import type { GroupId, PruneGroup } from './coupling/group';
import { findGroups } from './coupling/groups';
import type { ModelGraph, ParamName } from './model-graph';
import type { TensorData, Weights } from './tensor';

/** The positions of one axis that stay, ascending. */
export interface AxisSlice {
  readonly axis: number;
  readonly indices: Uint32Array;
}

export interface Surgery {
  readonly graph: ModelGraph;
  /** Only parameters that become smaller. */
  readonly slices: ReadonlyMap<ParamName, readonly AxisSlice[]>;
}

/** Keeps the given channels of each group and everything of the groups that are not named. */
export function shrink(
  graph: ModelGraph,
  _kept: ReadonlyMap<GroupId, Uint32Array>,
  _groups: readonly PruneGroup[] = findGroups(graph),
): Surgery {
  return { graph, slices: new Map() };
}

/** The values of the parameters that the smaller graph has. Parameters without a slice are passed on, not copied. */
export function applySlices(weights: Weights, _slices: Surgery['slices']): Map<ParamName, TensorData> {
  return new Map(weights);
}
