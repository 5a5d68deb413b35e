// Reorders the axes of a tensor in memory.
import type { TensorData } from '../../../core/graph/tensor';

/** @param order for each axis of the result, the axis of `tensor` it comes from. */
export function transpose(tensor: TensorData, order: readonly number[]): TensorData {
  const { shape, data } = tensor;
  if (order.every((axis, i) => axis === i)) return tensor;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, dim) => n * dim, 1));
  const outShape = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const out = data.slice();
  const index = outShape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    // Counts up like an odometer, moving `from` by each axis' stride.
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += steps[axis]!;
      if (index[axis]! < outShape[axis]!) break;
      from -= index[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
  return { shape: outShape, data: out };
}
