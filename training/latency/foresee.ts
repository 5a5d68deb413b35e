// What the shapes that a recipe aims at are worth on a device, measured before anything is trained.
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import { applySlices, shrink } from '../../core/graph/surgery';
import { methods } from '../../core/recipe/methods/table';
import { patternOf } from '../../core/recipe/pattern-of';
import type { Recipe } from '../../core/recipe/recipe';
import { sparsityOf } from '../../core/recipe/sparsity-of';
import type { LatencyPreview } from '../../core/runs/latency-report';
import {
  evenDial,
  firstOf,
  firstThat,
  type Kept,
  widthsOf,
} from '../../core/sparsity/allocators/channels/dial';
import { shareOf } from '../../core/sparsity/allocators/channels/meet-cost';
import type { Target } from '../../core/sparsity/allocators/channels/meet-milliseconds';
import { compare } from '../../native/latency/compare';
import type { Engine } from '../../native/latency/engine';
import { measure } from '../../native/latency/measure';
import { expectSpeedup } from '../../native/latency/verdicts';
import { Parameters } from '../executor/parameters';
import { meet } from '../methods/channels/meet';
import { weightCount } from './layer-models';
import { engineTarget } from './target';

/** Long enough for a few dozen rounds of a small model, and for three of a large one. */
const budgetMs = 800;

/**
 * Dense against sparse at batch 1 with weights as they begin: time hangs on shapes, not on values. Patterns that leave
 * shapes as they are are not measured: no kernel here makes them faster, and that is said.
 * @param least the fewest channels that the method leaves, of those that cut some. @param engine its device is the active one.
 */
export async function foresee(
  graph: ModelGraph,
  recipe: Recipe,
  least: Kept | undefined,
  engine: Engine,
  signal?: AbortSignal,
): Promise<LatencyPreview> {
  const found = patternOf(recipe);
  const pattern = found?.id ?? recipe.method;
  const weights = Parameters.initial(graph, recipe.training.seed);
  const dense = { graph, weights };
  const before = weightCount(dense);
  if (found?.kind !== 'structure' || !least)
    return {
      verdict: expectSpeedup({ engine: engine.shortName, pattern, dense: before, sparse: before }),
    };
  const smaller = shrink(graph, await evenly(graph, recipe, least, engineTarget(engine, dense, signal)));
  const sparse = { graph: smaller.graph, weights: applySlices(weights, smaller.slices) };
  const expected = expectSpeedup({
    ...{ engine: engine.shortName, pattern, dense: before, sparse: weightCount(sparse) },
  });
  const sessions = [await engine.prepare(dense, 1, 'model'), await engine.prepare(sparse, 1, 'model')];
  try {
    const [one, other] = sessions.map((session) => () => session.run());
    const samples = await measure(one!, other!, { budgetMs, ...(signal ? { signal } : {}) });
    const comparison = compare(samples, expected, 0);
    const isOther = recipe.budget?.engine === 'onnxruntime';
    return { verdict: comparison.verdict, comparison, ...(isOther ? { engine: engine.name } : {}) };
  } finally {
    for (const session of sessions) await session.dispose();
  }
}

/**
 * The same share of every group: what training will choose nobody knows yet, and time hangs little on it. Rejects with one
 * line where the recipe has a budget that cannot be met.
 */
async function evenly(graph: ModelGraph, recipe: Recipe, least: Kept, target: Target): Promise<Kept> {
  const { budget, method } = recipe;
  const groups = findGroups(graph).filter(({ id }) => least.has(id));
  const dial = evenDial(groups, widthsOf(least));
  if (budget) return (await meet(graph, dial, budget, target)).kept;
  const sparsity = sparsityOf(recipe);
  // Of FLOPs where the method counts them; else of channels.
  if (!methods.get(method)?.sparsity.unit?.includes('FLOPs'))
    return firstOf(
      new Map(groups.map(({ id, channels }) => [id, Math.max(1, Math.round(channels * (1 - sparsity)))])),
    );
  const left = shareOf(graph, 'flops');
  return dial.kept(
    Math.min(
      dial.steps,
      firstThat(dial, (step) => left(dial.kept(step)) <= 1 - sparsity),
    ),
  );
}
