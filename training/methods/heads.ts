// The layers whose answers are the model's: methods that come from language models and transformers leave them dense.
import type { GraphNode, ModelGraph, ValueId } from '../../core/graph/model-graph';
import { weightParam } from '../../core/sparsity/weight-matrix';

/** Layers with a weight matrix between which and an output there is no other. */
export function headLayers(graph: ModelGraph): ReadonlySet<GraphNode> {
  const makers = new Map<ValueId, GraphNode>();
  for (const node of graph.nodes) for (const id of node.outputs) makers.set(id, node);
  const heads = new Set<GraphNode>();
  const seen = new Set<ValueId>();
  const open = [...graph.outputs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = makers.get(id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    if (weightParam(graph, node) === undefined) open.push(...node.inputs);
    else heads.add(node);
  }
  return heads;
}
