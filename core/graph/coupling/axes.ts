// How one axis of a tensor survives a reshape.
import type { Layout } from '../model-graph';
import { axisOf, type Dim, isBatch, type Shape } from '../shape';

/** Where the channels of axis `from` go: `axis` of the output, and how they lie there. */
export interface ReshapedAxis {
  readonly axis: number;
  /**
   * `merge`: the axis is merged with others: `outer` copies of all channels, each channel on `inner` consecutive positions.
   * `split`: the axis is cut in several; channel i of the output axis is the input's positions
   * (r · size + i) · inner … + inner − 1 for each r below `outer`.
   */
  readonly kind: 'merge' | 'split';
  readonly outer: number;
  readonly inner: number;
}

/** Stands for the batch size when dimensions are multiplied; a prime that no real dimension is a multiple of. */
const batchSize = 1_000_003;
const sizeOf = (dim: Dim): number => (isBatch(dim) ? dim.batch * batchSize : dim);

/**
 * Follows one axis through a reshape (row-major, as in NumPy and PyTorch). Undefined when its positions scatter.
 * Of an axis that is split, images (`from` is 1 of NCHW) follow the first part, everything else the last.
 */
export function reshapedAxis(x: Shape, y: Shape, from: number, image: boolean): ReshapedAxis | undefined {
  const block = blockAround(x.map(sizeOf), y.map(sizeOf), from);
  if (!block) return undefined;
  const [before, after] = [product(block.x.slice(0, block.at)), product(block.x.slice(block.at + 1))];
  const size = block.x[block.at]!;
  const wide = block.y.flatMap((dim, i) => (dim === 1 ? [] : [i]));
  if (wide.length <= 1) {
    return batched(before, after) ? undefined : merge(block.start + (wide[0] ?? 0), before, after);
  }
  const same = block.y.findIndex(
    (dim, i) =>
      dim === size && product(block.y.slice(0, i)) === before && product(block.y.slice(i + 1)) === after,
  );
  if (same >= 0) return merge(block.start + same, 1, 1);
  if (before !== 1 || after !== 1) return undefined;
  const part = image ? wide[0]! : wide.at(-1)!;
  const [outer, inner] = [product(block.y.slice(0, part)), product(block.y.slice(part + 1))];
  return batched(outer, inner) ? undefined : { axis: block.start + part, kind: 'split', outer, inner };
}

const merge = (axis: number, outer: number, inner: number): ReshapedAxis => ({
  axis,
  kind: 'merge',
  outer,
  inner,
});
const product = (dims: readonly number[]): number => dims.reduce((n, dim) => n * dim, 1);
const batched = (...sizes: readonly number[]): boolean => sizes.some((size) => size % batchSize === 0);

/** The smallest runs of dimensions around an axis that hold the same elements on both sides. */
function blockAround(x: readonly number[], y: readonly number[], axis: number) {
  let [i, j] = [0, 0];
  while (i < x.length && j < y.length) {
    const [from, start] = [i, j];
    let [left, right] = [x[i++]!, y[j++]!];
    while (left !== right) {
      if (left < right && i < x.length) left *= x[i++]!;
      else if (right < left && j < y.length) right *= y[j++]!;
      else return undefined;
    }
    if (axis < i) return { x: x.slice(from, i), y: y.slice(start, j), at: axis - from, start };
  }
  return undefined;
}

/** Whether an axis is where images carry their channels in PyTorch. */
export const isChannelsFirst = (axis: number, layout: Layout): boolean => layout === 'NCHW' && axis === 1;

/** The axes that `axis` or `axes` of an op name, as indices. */
export function namedAxes(attrs: Readonly<Record<string, unknown>>, rank: number): number[] {
  const named = attrs['axes'] ?? attrs['axis'] ?? [];
  return (Array.isArray(named) ? (named as number[]) : [named as number]).map((axis) => axisOf(axis, rank));
}
