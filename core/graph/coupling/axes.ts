// How one axis of a tensor survives a reshape.
import { isBatch, type Shape } from '../shape';

/** Where the channels of an axis go: `axis` of the output, and how they lie there. */
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

interface Part {
  readonly size: number;
  readonly axis: number;
}

/** A dimension of k·N is N times k: what comes before a channel in the batch is the same for all samples. */
const partsOf = (shape: Shape): Part[] =>
  shape.flatMap((dim, axis) =>
    isBatch(dim)
      ? [
          { size: batchSize, axis },
          { size: dim.batch, axis },
        ]
      : [{ size: dim, axis }],
  );

/**
 * Follows one axis through a reshape (row-major, as in NumPy and PyTorch). Empty when its positions scatter; several
 * answers where it is split, one for each part that could be followed.
 */
export function reshapedAxis(x: Shape, y: Shape, from: number): readonly ReshapedAxis[] {
  const [own, other] = [partsOf(x), partsOf(y)];
  const block = blockAround(own, other, own.map(({ axis }) => axis).lastIndexOf(from));
  if (!block) return [];
  const sizes = block.y.map(({ size }) => size);
  const [before, after] = [product(block.x.slice(0, block.at)), product(block.x.slice(block.at + 1))];
  const size = block.x[block.at]!.size;
  const wide = [...sizes.keys()].filter((i) => sizes[i] !== 1);
  const at = (i: number): number => block.y[i]!.axis;
  if (wide.length <= 1) {
    // Where all sizes are 1, the last one is the innermost, as channels mostly are.
    const axis = at(wide[0] ?? sizes.length - 1);
    return batched(before, after) ? [] : [{ axis, kind: 'merge', outer: before, inner: after }];
  }
  const around = (i: number) => [product(block.y.slice(0, i)), product(block.y.slice(i + 1))] as const;
  const same = sizes.findIndex((dim, i) => dim === size && around(i)[0] === before && around(i)[1] === after);
  if (same >= 0) return [{ axis: at(same), kind: 'merge', outer: 1, inner: 1 }];
  if (before !== 1 || after !== 1) return [];
  return wide.flatMap((i): ReshapedAxis[] => {
    const [outer, inner] = around(i);
    return batched(outer, inner) ? [] : [{ axis: at(i), kind: 'split', outer, inner }];
  });
}

const product = (parts: readonly Part[]): number => parts.reduce((n, { size }) => n * size, 1);
const batched = (...sizes: readonly number[]): boolean => sizes.some((size) => size % batchSize === 0);

/** The smallest runs of dimensions around an axis that hold the same elements on both sides. */
function blockAround(x: readonly Part[], y: readonly Part[], index: number) {
  let [i, j] = [0, 0];
  while (i < x.length && j < y.length) {
    const [from, start] = [i, j];
    let [left, right] = [x[i++]!.size, y[j++]!.size];
    while (left !== right) {
      if (left < right && i < x.length) left *= x[i++]!.size;
      else if (right < left && j < y.length) right *= y[j++]!.size;
      else return undefined;
    }
    if (index < i) return { x: x.slice(from, i), y: y.slice(start, j), at: index - from };
  }
  return undefined;
}
