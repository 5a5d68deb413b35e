// How weights lie in packed files: one entry a weight in the header's `layout`, enough to get the dense tensor back.
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import type { Bits } from '../../../core/quantisation/grid';
import { keptWeights, maskAround, packedPatterns, placesOf } from '../../../core/sparsity/compressed';
import { permuteAxes } from '../../../core/sparsity/permute';
import { matrixAxes, toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import type { MatrixLayer } from '../../methods/matrix-layers';

export interface Entry {
  /** `2:4` or `4:8-pairs`; null where every weight is stored. */
  readonly pattern: string | null;
  readonly rows: number;
  readonly cols: number;
  /** Of the dense tensor. */
  readonly shape: readonly number[];
  /** For each axis of the matrix, outputs first and inputs last, the axis of the dense tensor. */
  readonly order: readonly number[];
  readonly bits?: Bits;
  /** Stored weights that share a scale; absent: a row. */
  readonly group?: number;
}

export type Layout = Readonly<Record<string, Entry>>;

/** A weight ready to be packed: what is stored of it, row by row, and where that lies. */
export interface Stored {
  readonly entry: Entry;
  readonly values: Float32Array;
  /** Absent where every weight is stored. */
  readonly index?: Uint8Array;
}

/** In the first pattern that has room for all that is not zero, `2:4` before `4:8-pairs`. */
export function stored(
  graph: ModelGraph,
  { node, param, matrix }: MatrixLayer,
  { data }: TensorData,
): Stored {
  const { rows, cols } = matrix;
  const values = toMatrixOrder(graph, node, data as Float32Array);
  const entry = (pattern: string | null) => ({
    ...{ pattern, rows, cols, shape: graph.params[param]!.shape, order: matrixAxes(graph, node) },
  });
  for (const [name, pattern] of Object.entries(packedPatterns)) {
    const mask = maskAround(values, [rows, cols], pattern);
    if (!mask) continue;
    const { index, kept } = placesOf(mask, pattern);
    return { entry: entry(name), values: Float32Array.from(kept, (i) => values[i]!), index };
  }
  return { entry: entry(null), values };
}

/** The dense tensor, zeros where nothing was stored. */
export function dense(
  { pattern, rows, cols, shape, order }: Entry,
  values: Float32Array,
  index?: Uint8Array,
): TensorData {
  const data = pattern === null ? values : new Float32Array(rows * cols);
  const known = packedPatterns[pattern ?? ''];
  if (known && index) keptWeights(index, data.length, known).forEach((at, i) => (data[at] = values[i]!));
  const own = order.map((axis) => shape[axis]!);
  const back = order.map((_, axis) => order.indexOf(axis));
  return { shape, data: permuteAxes(data, own, back) };
}

/** A stored weight's place in the dense tensor's matrix, back in the framework's order. */
export const denseOf = ({ entry, index }: Stored, values: Float32Array): TensorData =>
  dense(entry, values, index);
