// What a graph costs: parameters, MACs, FLOPs, bytes. All for one sample.
import type { DType, GraphNode, ModelGraph, Param } from './model-graph';
import { ops } from './ops/table';

export interface NodeCost {
  readonly macs: number;
  /** 2 × MACs + the element-wise rest. */
  readonly flops: number;
  /** Trainable parameters that the node uses. */
  readonly params: number;
}

export interface GraphCost extends NodeCost {
  /** Values that are saved but not trained, such as BatchNorm's running statistics. */
  readonly buffers: number;
  /** Of trainable parameters, as stored. */
  readonly bytes: number;
}

/** Bytes of one element as it is stored. */
export const bytesPerElement: Readonly<Record<DType, number>> = { float32: 4, int32: 4, bool: 1 };

export const sizeOf = ({ shape }: Param): number => shape.reduce((n, dim) => n * dim, 1);

/** The cost of one node. An op that the table does not know costs nothing that could be told. */
export function nodeCost(graph: ModelGraph, node: GraphNode): NodeCost {
  const def = ops.get(node.op);
  const io = {
    inputs: node.inputs.map((id) => graph.values[id]!.shape),
    outputs: node.outputs.map((id) => graph.values[id]!.shape),
    attrs: node.attrs,
    layout: graph.layout,
  };
  const macs = def?.macs?.(io) ?? 0;
  const used = [...new Set(Object.values(node.params))].flatMap((name) => graph.params[name] ?? []);
  const params = used.reduce((n, param) => n + (param.trainable ? sizeOf(param) : 0), 0);
  return { macs, flops: 2 * macs + (def?.flops?.(io) ?? 0), params };
}

/** The cost of a whole graph; a parameter that several nodes share counts once. */
export function graphCost(graph: ModelGraph): GraphCost {
  let [macs, flops, params, buffers, bytes] = [0, 0, 0, 0, 0];
  for (const node of graph.nodes) {
    const cost = nodeCost(graph, node);
    macs += cost.macs;
    flops += cost.flops;
  }
  for (const param of Object.values(graph.params)) {
    if (param.trainable) {
      params += sizeOf(param);
      bytes += sizeOf(param) * bytesPerElement[param.dtype];
    } else buffers += sizeOf(param);
  }
  return { macs, flops, params, buffers, bytes };
}
