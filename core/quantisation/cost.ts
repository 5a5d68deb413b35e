// What a sparse quantised model costs on paper: bytes as packed, and bit operations. Never a claim of speed.
import { graphCost, nodeCost } from '../graph/cost';
import type { ModelGraph, ParamName } from '../graph/model-graph';
import type { Bits } from './grid';
import { bitsPerWeight, type PackedPattern } from './packing';

export interface QuantisedCost {
  /** Bytes of the quantised weights in float32, and as packed with a float32 scale a row. */
  readonly layers: { readonly before: number; readonly packed: number; readonly scales: number };
  /** Bytes of the whole model, the rest in float32. */
  readonly model: { readonly before: number; readonly packed: number };
  /** Σ MACs · bits of a weight · bits of an input · density. */
  readonly bitOperations: { readonly before: number; readonly after: number };
}

/** @param quantised weights in the pattern, by name: how many rows each has. */
export function quantisedCost(
  graph: ModelGraph,
  quantised: ReadonlyMap<ParamName, number>,
  pattern: PackedPattern,
  bits: Bits,
): QuantisedCost {
  let [before, scales] = [0, 0];
  for (const [name, rows] of quantised) {
    before += 4 * graph.params[name]!.shape.reduce((n, dim) => n * dim, 1);
    // Of each row, and one of the layer's input.
    scales += 4 * (rows + 1);
  }
  const packed = (before / 32) * bitsPerWeight(pattern, bits);
  const whole = graphCost(graph).bytes;
  let [dense, sparse] = [0, 0];
  const density = pattern.kept / pattern.of;
  for (const node of graph.nodes) {
    const { macs } = nodeCost(graph, node);
    dense += macs * 32 * 32;
    sparse += quantised.has(node.params['weight'] ?? '') ? macs * bits * bits * density : macs * 32 * 32;
  }
  return {
    layers: { before, packed, scales },
    model: { before: whole, packed: whole - before + packed + scales },
    bitOperations: { before: dense, after: sparse },
  };
}
