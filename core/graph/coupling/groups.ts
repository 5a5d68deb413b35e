// The prune groups of a graph.
import type { ModelGraph } from '../model-graph';
import { couple } from './couple';
import type { PruneGroup } from './group';

export const findGroups = (graph: ModelGraph): readonly PruneGroup[] => couple(graph).groups;
