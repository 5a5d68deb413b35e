// How much each channel of a coupled group matters: the mean size of the BatchNorm scales that it passes through.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import { relative } from '../../../core/sparsity/allocators/channels/threshold';

/** The scales (γ) of a graph's BatchNorms. */
export const scaleParams = (graph: ModelGraph): ReadonlySet<ParamName> =>
  new Set(
    graph.nodes.flatMap(({ op, params }) =>
      op === 'batchNorm2d' && params['weight'] !== undefined ? [params['weight']] : [],
    ),
  );

/** The groups that can be pruned and pass through a scale; the others have nothing to be ranked by. */
export const rankedGroups = (graph: ModelGraph, groups: readonly PruneGroup[]): PruneGroup[] => {
  const scales = scaleParams(graph);
  return groups.filter(
    ({ prunable, members }) => prunable.ok && members.some(({ param }) => scales.has(param)),
  );
};

/** |γ| of one BatchNorm by channel of the group that passes through it; NaN where it has no part in a channel. */
export interface ScaleSizes {
  readonly param: ParamName;
  readonly sizes: Float64Array;
}

/** Of each BatchNorm of a group: several where a residual add ties channels. */
export async function scaleSizes(
  { channels, members }: PruneGroup,
  scales: ReadonlySet<ParamName>,
  read: (name: ParamName) => Promise<TensorData>,
): Promise<ScaleSizes[]> {
  const out: ScaleSizes[] = [];
  for (const { param, runs } of members) {
    if (!scales.has(param)) continue;
    const { data } = await read(param);
    const [sums, counts] = [new Float64Array(channels), new Float64Array(channels)];
    eachPosition(runs, (position, channel) => {
      sums[channel]! += Math.abs(data[position]!);
      counts[channel]!++;
    });
    out.push({ param, sizes: sums.map((sum, i) => sum / counts[i]!) });
  }
  return out;
}

/**
 * One score a channel: the mean of |γ| over the BatchNorms that the channel passes through (several where a residual
 * add ties channels), divided by the group's mean. The paper compares raw scales over all layers; where layers settle
 * at different levels that empties whole layers and leaves others untouched, so each group is measured by its own level.
 */
export async function channelScores(
  graph: ModelGraph,
  groups: readonly PruneGroup[],
  read: (name: ParamName) => Promise<TensorData>,
): Promise<Map<GroupId, Float64Array>> {
  const scales = scaleParams(graph);
  const out = new Map<GroupId, Float64Array>();
  for (const group of groups) out.set(group.id, relative(meanOf(await scaleSizes(group, scales, read))));
  return out;
}

/** By channel, the mean over the BatchNorms that have a part in it; Infinity where none has: it cannot be judged, so it stays. */
export function meanOf(members: readonly Pick<ScaleSizes, 'sizes'>[]): Float64Array {
  return (members[0]?.sizes ?? new Float64Array()).map((_, channel) => {
    const known = members.map(({ sizes }) => sizes[channel]!).filter((size) => !Number.isNaN(size));
    return known.length === 0 ? Infinity : known.reduce((sum, size) => sum + size, 0) / known.length;
  });
}
