// The shapes that an ONNX file writes down as shapes of the graph: an open first dimension is the batch.
import type { Dim, Shape } from '../../../core/graph/shape';
import type { OnnxDim, OnnxValue } from '../../../core/formats/onnx/model';

/** Sizes that open dimensions are read at, by the rank of the input: images, then sequences. */
const assumed = (rank: number, axis: number): number =>
  rank >= 4 ? (axis === 1 ? 3 : 224) : rank === 3 && axis === 2 ? 64 : 128;

export class OpenSizes {
  readonly notes: string[] = [];
  private readonly sizes = new Map<string, Dim>();

  /** The shape of a model input; every open dimension but the batch is given a size, and a note says which. */
  input({ name, dims }: OnnxValue): Shape {
    return dims.map((dim, axis): Dim => {
      if (typeof dim === 'number') return dim;
      const known = dim === undefined ? undefined : this.sizes.get(dim);
      if (known !== undefined) return known;
      const size: Dim = axis === 0 ? { batch: 1 } : assumed(dims.length, axis);
      if (dim !== undefined) this.sizes.set(dim, size);
      if (axis > 0)
        this.notes.push(
          `dimension ${dim ?? axis} of the input ${name} is open; the model is read at ${size as number}`,
        );
      return size;
    });
  }

  /** A shape in between; undefined where a size in it is not known. */
  value(dims: readonly OnnxDim[] | undefined): Shape | undefined {
    if (!dims) return undefined;
    const shape = dims.map((dim) => (typeof dim === 'string' ? this.sizes.get(dim) : dim));
    return shape.every((dim) => dim !== undefined) ? shape : undefined;
  }
}
