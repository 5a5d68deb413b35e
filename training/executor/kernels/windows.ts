// Where windows lie along each axis: padding at both ends, in PyTorch's way and Keras', for poolings and convolutions.
import { each } from '../../../core/graph/attributes';
import { windowOutput } from '../../../core/graph/ops/window';
import type { KernelCall } from '../kernel';

/** Before and after, for each spatial axis. */
export type Pads = readonly (readonly [number, number])[];

export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** What the layer pads. */
  readonly pads: Pads;
  /** What ceil mode hangs over the far end besides, or Keras' odd `same`. */
  readonly extra: readonly number[];
}

/** Of a pooling whose input has its channels last. */
export function windowsOf({ node: { attrs }, inputs }: KernelCall, count: number): Windows {
  const { shape } = inputs[0]!;
  const all = (key: string, fallback?: number) => each(attrs, key, count, fallback);
  const [kernel, stride, dilation] = [all('kernel'), all('stride', 1), all('dilation', 1)];
  const edges = kernel.map((taps, which) => {
    const length = shape[which + 1]!;
    const steps = windowOutput(shape, which + 1, attrs, which) - 1;
    const reach = steps * stride[which]! + dilation[which]! * (taps - 1) + 1;
    if (attrs['padding'] === 'same') {
      const total = Math.max(0, reach - length);
      return { pad: Math.floor(total / 2), extra: total % 2 };
    }
    const pad = attrs['padding'] === 'valid' ? 0 : all('padding', 0)[which]!;
    return { pad, extra: Math.max(0, reach - length - 2 * pad) };
  });
  return {
    kernel,
    stride,
    dilation,
    pads: edges.map(({ pad }) => [pad, pad] as const),
    extra: edges.map(({ extra }) => extra),
  };
}

/** TensorFlow's `same`: as many windows as steps fit, the odd element at the far end. */
export const samePads = (
  sizes: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Pads =>
  sizes.map((length, i) => {
    const steps = Math.ceil(length / stride[i]!) - 1;
    const total = Math.max(0, steps * stride[i]! + dilation[i]! * (kernel[i]! - 1) + 1 - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
