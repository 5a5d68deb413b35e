// An engine as the target of a budget: models of fewer channels are timed on it against the whole one.
import { applySlices, shrink } from '../../core/graph/surgery';
import type { TrainedModel } from '../../core/graph/tensor';
import type { Target } from '../../core/sparsity/allocators/channels/meet-milliseconds';
import type { Engine } from '../../native/latency/engine';
import { measure } from '../../native/latency/measure';
import { quartiles } from '../../native/latency/statistics';

/** Milliseconds of a first look: a hundred rounds of a small model, the fewest that say anything of a large one. */
const lookMs = 400;

/** At batch 1. @param engine its device must be the active one while something is timed. */
export function engineTarget(engine: Engine, dense: TrainedModel, signal?: AbortSignal): Target {
  return {
    name: engine.name,
    async time(kept, care) {
      const { graph, slices } = shrink(dense.graph, kept);
      const sparse = { graph, weights: applySlices(dense.weights, slices) };
      const sessions = [await engine.prepare(dense, 1, 'model')];
      try {
        sessions.push(await engine.prepare(sparse, 1, 'model'));
        const [one, other] = sessions.map((session) => () => session.run());
        const samples = await measure(one!, other!, {
          budgetMs: lookMs * care,
          ...(signal ? { signal } : {}),
        });
        return {
          dense: quartiles(samples.dense),
          sparse: quartiles(samples.sparse),
          ratio: quartiles(samples.sparse.map((ms, round) => ms / samples.dense[round]!)),
        };
      } finally {
        for (const session of sessions) await session.dispose();
      }
    },
  };
}
