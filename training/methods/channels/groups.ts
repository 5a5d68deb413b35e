// The groups of channels that a method may cut by BatchNorm scale, and the weights that go with them.
import type { PruneGroup } from '../../../core/graph/coupling/group';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { keptDenseParams } from '../../../core/recipe/keep-dense';
import { matrixLayers } from '../matrix-layers';
import type { Recipe } from '../../../core/recipe/recipe';
import { rankedGroups, scaleParams } from './scales';

export interface CutGroups {
  readonly groups: readonly PruneGroup[];
  /** The scales (γ) that tell their channels apart. */
  readonly scales: ReadonlySet<ParamName>;
  /** The weight matrices that get smaller. */
  readonly prunable: readonly ParamName[];
}

/** Throws one line where there is none. */
export function cutGroups({
  graph,
  recipe,
}: {
  readonly graph: ModelGraph;
  readonly recipe: Pick<Recipe, 'keepDense'>;
}): CutGroups {
  const ranked = rankedGroups(graph, findGroups(graph));
  if (ranked.length === 0)
    throw new Error(`no prunable group of channels of ${graph.name} passes through a BatchNorm with a scale`);
  // A layer that stays as it is keeps what it reads as well as what it makes.
  const kept = keptDenseParams(recipe, graph);
  const groups = ranked.filter(({ members }) => !members.some(({ param }) => kept.has(param)));
  if (groups.length === 0) throw new Error(`keepDense leaves no group of channels of ${graph.name} to prune`);
  const members = new Set(groups.flatMap((group) => group.members.map(({ param }) => param)));
  return {
    groups,
    scales: new Set([...scaleParams(graph)].filter((name) => members.has(name))),
    prunable: matrixLayers(graph)
      .map(({ param }) => param)
      .filter((param) => members.has(param)),
  };
}
