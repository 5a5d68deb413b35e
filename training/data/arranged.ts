// Brings arrays that other code saved to what the model takes: channels last, with a channel axis, whole numbers as such.
import type { InputSpec } from './dataset';

export interface Arranged {
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * PyTorch saves channels first, and grey images often without a channel: either is recognised by what the model takes.
 * @param shape of one sample. @param wanted by the model, channels last.
 */
export function arranged(
  shape: readonly number[],
  data: Float32Array | Int32Array,
  wanted: InputSpec | undefined,
): Arranged {
  const same = (other: readonly number[]) => other.join() === wanted?.shape.join();
  const [first = 1, ...rest] = shape;
  if (same(shape)) return { shape, data };
  if (same([...shape, 1]) || (!wanted && shape.length === 2)) return { shape: [...shape, 1], data };
  if (shape.length >= 3 && same([...rest, first]))
    return { shape: [...rest, first], data: channelsLast(data, first, size(rest)) };
  return { shape, data };
}

/** samples × channels × places → samples × places × channels. */
function channelsLast<Numbers extends Float32Array | Int32Array>(
  data: Numbers,
  channels: number,
  places: number,
): Numbers {
  const out = data.slice() as Numbers;
  const one = channels * places;
  for (let start = 0; start < data.length; start += one)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < places; p++) out[start + p * channels + c] = data[start + c * places + p]!;
  return out;
}

const size = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);
