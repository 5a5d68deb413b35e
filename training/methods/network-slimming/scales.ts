// How much each channel of a coupled group matters: the mean size of the BatchNorm scales that it passes through.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';

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
  for (const { id, channels, members } of groups) {
    const [sums, counts] = [new Float64Array(channels), new Float64Array(channels)];
    for (const { param, runs } of members) {
      if (!scales.has(param)) continue;
      const { data } = await read(param);
      for (const { channel, count, start, stride, width } of runs) {
        for (let i = 0; i < count; i++) {
          for (let r = 0; r < width; r++) sums[channel + i]! += Math.abs(data[start + i * stride + r]!);
          counts[channel + i]! += width;
        }
      }
    }
    out.set(id, relative(sums, counts));
  }
  return out;
}

function relative(sums: Float64Array, counts: Float64Array): Float64Array {
  const means = sums.map((sum, i) => sum / counts[i]!);
  const known = means.filter(Number.isFinite);
  const level = known.reduce((sum, mean) => sum + mean, 0) / known.length || 1;
  // A channel without a scale cannot be judged, so it stays.
  return means.map((mean, i) => (counts[i] === 0 ? Infinity : mean / level));
}
