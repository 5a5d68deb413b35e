// The layers of a graph that hold a weight matrix, each weight once.
import type { GraphNode, ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { WeightMatrix } from '../../core/sparsity/pattern';
import { weightMatrix, weightParam } from '../../core/sparsity/weight-matrix';

export interface MatrixLayer {
  readonly param: ParamName;
  readonly node: GraphNode;
  readonly matrix: WeightMatrix;
}

/** A weight that several calls share belongs to the first of them. */
export function matrixLayers(graph: ModelGraph): MatrixLayer[] {
  const layers = new Map<ParamName, MatrixLayer>();
  for (const node of graph.nodes) {
    const [param, matrix] = [weightParam(graph, node), weightMatrix(graph, node)];
    if (param !== undefined && matrix && !layers.has(param)) layers.set(param, { param, node, matrix });
  }
  return [...layers.values()];
}
