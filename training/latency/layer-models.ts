// Cuts single layers out of a model, each as a model of its own, and pairs those of a dense and a sparse model.
import type { GraphNode, ModelGraph } from '../../core/graph/model-graph';
import { ops } from '../../core/graph/ops/table';
import type { TrainedModel } from '../../core/graph/tensor';
import { elementsOf } from '../../core/sparsity/mask';

export interface LayerPair {
  readonly path: string;
  readonly op: string;
  readonly dense: TrainedModel;
  readonly sparse: TrainedModel;
  readonly denseShape: readonly number[];
  readonly sparseShape: readonly number[];
}

/** Layers that hold a weight matrix, matched by path, op and, for a module that is called twice, the call. */
export function layerPairs(dense: TrainedModel, sparse: TrainedModel): LayerPair[] {
  const others = new Map(weightNodes(sparse.graph));
  return weightNodes(dense.graph).flatMap(([key, node]): LayerPair[] => {
    const other = others.get(key);
    // A layer that pruning removed altogether shows in the total alone.
    if (!other) return [];
    return [
      {
        path: node.path,
        op: node.op,
        dense: layerModel(dense, node),
        sparse: layerModel(sparse, other),
        denseShape: weightShape(dense.graph, node),
        sparseShape: weightShape(sparse.graph, other),
      },
    ];
  });
}

/** Elements of the weight matrices of a whole model. */
export const weightCount = ({ graph }: TrainedModel): number =>
  weightNodes(graph).reduce((n, [, node]) => n + elementsOf(weightShape(graph, node)), 0);

function weightNodes({ nodes }: ModelGraph): [string, GraphNode][] {
  const calls = new Map<string, number>();
  return nodes
    .filter(({ op }) => ops.get(op)?.sparseWeight)
    .map((node) => {
      const key = `${node.path} ${node.op}`;
      const call = calls.get(key) ?? 0;
      calls.set(key, call + 1);
      return [`${key} ${call}`, node];
    });
}

const weightShape = ({ params }: ModelGraph, node: GraphNode): readonly number[] =>
  params[node.params['weight'] ?? '']?.shape ?? [];

/** The layer alone, with the input shape it has in the model. */
function layerModel({ graph, weights }: TrainedModel, node: GraphNode): TrainedModel {
  const names = Object.values(node.params);
  const ends = [...node.inputs, ...node.outputs];
  return {
    graph: {
      ...graph,
      name: node.path,
      inputs: node.inputs,
      outputs: node.outputs,
      values: Object.fromEntries(ends.map((id) => [id, graph.values[id]!])),
      nodes: [node],
      params: Object.fromEntries(names.map((name) => [name, graph.params[name]!])),
    },
    weights: new Map(names.flatMap((name) => (weights.has(name) ? [[name, weights.get(name)!]] : []))),
  };
}
