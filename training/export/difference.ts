// How far two inferences of the same inputs are apart.
import type { TensorData } from '../../core/graph/tensor';

export interface Difference {
  /** Largest absolute difference of any output value. */
  readonly absolute: number;
  /** That, as a share of the largest magnitude expected in its tensor. */
  readonly relative: number;
}

/** Throws one line when shapes differ or a value is not finite: there is nothing to compare then. */
export function differenceOf(expected: readonly TensorData[], actual: readonly TensorData[]): Difference {
  if (expected.length !== actual.length)
    throw new Error(`${actual.length} outputs came back instead of ${expected.length}`);
  const each = expected.map((tensor, i) => compareTensors(tensor, actual[i]!));
  return {
    absolute: Math.max(0, ...each.map(({ absolute }) => absolute)),
    relative: Math.max(0, ...each.map(({ relative }) => relative)),
  };
}

function compareTensors(expected: TensorData, actual: TensorData): Difference {
  if (expected.shape.join() !== actual.shape.join())
    throw new Error(
      `an output came back as ${actual.shape.join('×')} instead of ${expected.shape.join('×')}`,
    );
  let [absolute, scale] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [expected.data[i]!, actual.data[i]!];
    if (!Number.isFinite(a) || !Number.isFinite(b))
      throw new Error(
        Number.isFinite(a)
          ? 'an output came back that is not finite'
          : 'the model itself computes values that are not finite',
      );
    absolute = Math.max(absolute, Math.abs(a - b));
    scale = Math.max(scale, Math.abs(a));
  }
  return { absolute, relative: absolute === 0 ? 0 : absolute / scale };
}
