// How much each channel of a coupled group matters, by any criterion: what its weights score, or the scale that it passes.
import type { GroupId, PruneGroup } from '../../core/graph/coupling/group';
import { eachPosition } from '../../core/graph/coupling/runs';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import { relative } from '../../core/sparsity/allocators/channels/threshold';
import type { Scope } from '../../core/sparsity/criteria/criterion';
import type { Scored } from '../../core/sparsity/scoped-masks';

/** The groups with a weight matrix that makes their channels, and nothing that has to stay as it is. */
export const scorableGroups = (
  groups: readonly PruneGroup[],
  weights: ReadonlySet<ParamName>,
  keptDense: ReadonlySet<ParamName>,
): PruneGroup[] =>
  groups.filter(
    ({ prunable, members }) =>
      prunable.ok &&
      members.some(({ param, role }) => role === 'out' && weights.has(param)) &&
      !members.some(({ param }) => keptDense.has(param)),
  );

/**
 * The sum of a channel's scores over the weights that make it (several where a residual add ties channels). Scores that
 * cannot be compared over the model are told as multiples of their group's mean.
 */
export function groupScores(
  { params }: ModelGraph,
  groups: readonly PruneGroup[],
  layers: readonly Scored[],
  scope: Scope,
): Map<GroupId, Float64Array> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  return new Map(
    groups.map(({ id, channels, members }): [GroupId, Float64Array] => {
      const sums = new Float64Array(channels);
      for (const { param, role, axis, runs } of members) {
        const layer = byName.get(param);
        if (role !== 'out' || !layer) continue;
        const { rows, cols } = layer.matrix;
        // An axis of another length is no axis of rows: a fused projection, whose rows are several groups'.
        if (params[param]?.shape[axis] !== rows) continue;
        eachPosition(runs, (row, channel) => {
          for (let i = row * cols; i < (row + 1) * cols; i++) sums[channel]! += layer.scores[i]!;
        });
      }
      return [id, scope === 'model' ? sums : relative(sums)];
    }),
  );
}
