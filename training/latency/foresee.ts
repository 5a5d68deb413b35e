// What the shapes that a recipe aims at are worth on a device, measured before anything is trained.
import { graphCost } from '../../core/graph/cost';
import type { GroupId } from '../../core/graph/coupling/group';
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import { applySlices, shrink } from '../../core/graph/surgery';
import { keptDenseParams } from '../../core/recipe/keep-dense';
import { methods } from '../../core/recipe/methods/table';
import { patternOf } from '../../core/recipe/pattern-of';
import type { Recipe } from '../../core/recipe/recipe';
import type { LatencyPreview } from '../../core/runs/latency-report';
import type { Device } from '../../native/devices/device';
import { compare } from '../../native/latency/compare';
import { measure } from '../../native/latency/measure';
import { expectSpeedup } from '../../native/latency/verdicts';
import { Parameters } from '../executor/parameters';
import { deviceEngine } from './device-engine';
import { weightCount } from './layer-models';

/** Long enough for a few dozen rounds of a small model, and for three of a large one. */
const budgetMs = 800;

/**
 * Dense against sparse at batch 1 with weights as they begin: time hangs on shapes, not on values. Patterns that leave
 * shapes as they are are not measured: no kernel here makes them faster, and that is said.
 * @param device the one that is active.
 */
export async function foresee(
  graph: ModelGraph,
  recipe: Recipe,
  device: Device,
  signal?: AbortSignal,
): Promise<LatencyPreview> {
  const found = patternOf(recipe);
  const pattern = found?.id ?? recipe.method;
  const engine = deviceEngine(device);
  const weights = Parameters.initial(graph, recipe.training.seed);
  const dense = { graph, weights };
  const before = weightCount(dense);
  if (found?.kind !== 'structure')
    return {
      verdict: expectSpeedup({ engine: engine.shortName, pattern, dense: before, sparse: before }),
    };
  const smaller = shrink(graph, evenly(graph, recipe));
  const sparse = { graph: smaller.graph, weights: applySlices(weights, smaller.slices) };
  const expected = expectSpeedup({
    ...{ engine: engine.shortName, pattern, dense: before, sparse: weightCount(sparse) },
  });
  const sessions = [await engine.prepare(dense, 1, 'model'), await engine.prepare(sparse, 1, 'model')];
  try {
    const [one, other] = sessions.map((session) => () => session.run());
    const samples = await measure(one!, other!, { budgetMs, ...(signal ? { signal } : {}) });
    const comparison = compare(samples, expected, 0);
    return { verdict: comparison.verdict, comparison };
  } finally {
    for (const session of sessions) await session.dispose();
  }
}

/** The same share of every group: what training will choose nobody knows yet, and time hangs little on it. */
function evenly(graph: ModelGraph, recipe: Recipe): Map<GroupId, Uint32Array> {
  const keptDense = keptDenseParams(recipe, graph);
  const groups = findGroups(graph).filter(
    ({ prunable, members }) => prunable.ok && !members.some(({ param }) => keptDense.has(param)),
  );
  const all = graphCost(graph).flops;
  const removed = (share: number) => 1 - graphCost(shrink(graph, widths(share)).graph).flops / all;
  const widths = (share: number) =>
    new Map(
      groups.map(({ id, channels }) => [
        id,
        Uint32Array.from({ length: Math.max(1, Math.round(channels * (1 - share))) }, (_, i) => i),
      ]),
    );
  // Of FLOPs where the method counts them; else of channels.
  if (!methods.get(recipe.method)?.sparsity.unit?.includes('FLOPs')) return widths(recipe.sparsity);
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (removed(middle) >= recipe.sparsity) high = middle;
    else low = middle;
  }
  return widths(high);
}
