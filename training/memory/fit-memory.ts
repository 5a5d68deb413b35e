// Makes training fit into the memory of a device: parts of a batch where nothing hangs on its size, else smaller batches.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { TrainingSpec } from '../../core/recipe/recipe';
import { estimateMemory } from './estimate';

/**
 * The settings as they are where they fit, or where nothing would.
 * @param room bytes; undefined where nobody can tell.
 */
export function fitMemory(graph: ModelGraph, training: TrainingSpec, room = Infinity): TrainingSpec {
  const parts = partsThatFit(graph, training, room);
  if (parts === undefined || parts === (training.accumulate ?? 1)) return training;
  // Batch norms see the parts, so they may as well be batches, and more steps.
  const seesBatches = graph.nodes.some(({ op }) => op === 'batchNorm2d');
  return seesBatches
    ? { ...training, batch: Math.ceil(training.batch / parts) }
    : { ...training, accumulate: parts };
}

/** The fewest parts of a batch that fit, in powers of two of those it has; undefined where not even one sample does. */
export function partsThatFit(graph: ModelGraph, training: TrainingSpec, room: number): number | undefined {
  for (let parts = training.accumulate ?? 1; parts <= training.batch; parts *= 2)
    if (estimateMemory(graph, { ...training, accumulate: parts }).total <= room) return parts;
  return undefined;
}
