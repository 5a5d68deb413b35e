// Shapes whose batch dimension may stay symbolic, so that one trace serves every batch size.

/** A multiple of the batch size N: `{ batch: 4 }` means 4·N. Frontends make one wherever a size came from `x.shape[0]`. */
export interface BatchDim {
  readonly batch: number;
}

/** A dimension: a positive integer, or a multiple of the batch size. */
export type Dim = number | BatchDim;
export type Shape = readonly Dim[];

export const N: BatchDim = { batch: 1 };

export const isBatch = (dim: Dim): dim is BatchDim => typeof dim !== 'number';

/** The size of a dimension once the batch size is known. */
export const sizeAt = (dim: Dim, batch: number): number => (isBatch(dim) ? dim.batch * batch : dim);

/** A concrete shape for a batch size (1 by default, which is what costs are quoted for). */
export const shapeAt = (shape: Shape, batch = 1): number[] => shape.map((dim) => sizeAt(dim, batch));

/** How many elements a shape holds at a batch size. */
export const elements = (shape: Shape, batch = 1): number =>
  shape.reduce<number>((n, dim) => n * sizeAt(dim, batch), 1);

export const sameDim = (a: Dim, b: Dim): boolean =>
  isBatch(a) ? isBatch(b) && a.batch === b.batch : !isBatch(b) && a === b;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));

/** `N×64×8×8`; what people read in lenses, hovers and errors. */
export const formatShape = (shape: Shape): string => shape.map(formatDim).join('×') || 'scalar';

const formatDim = (dim: Dim): string =>
  isBatch(dim) ? (dim.batch === 1 ? 'N' : `${dim.batch}N`) : String(dim);

/** Turns a possibly negative axis into its index, or throws a {@link ShapeError} naming both. */
export function axisOf(axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(index) || index < 0 || index >= rank)
    throw new ShapeError(`axis ${axis} is outside a tensor of ${rank} dimensions`);
  return index;
}

/** A shape rule was broken. The message is one line with both shapes; the frontend adds where. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}
