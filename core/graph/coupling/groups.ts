// Finds which channels can only be removed together, by following every value's channels through the graph.
import type { ModelGraph } from '../model-graph';
import type { PruneGroup } from './group';

/** The prune groups of a graph, in the order in which their channels are made. */
export function findGroups(_graph: ModelGraph): PruneGroup[] {
  return [];
}
