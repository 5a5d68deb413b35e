// Sliding windows: kernel, strides, dilations and explicit padding, as Conv and the pools take them.
import { each } from '../../../core/graph/attributes';
import { spatialAxes } from '../../../core/graph/op';
import { sizeAt } from '../../../core/graph/shape';
import type { OpContext } from './op';
import type { OnnxAttr } from './proto';

/** Of one, two or three spatial axes. */
export function windowAttrs(c: OpContext): Record<string, OnnxAttr> {
  const x = c.inputShape(0);
  const sizes = spatialAxes(x.length, c.layout).map((axis) => sizeAt(x[axis]!, 1));
  const all = (key: string, fallback?: number) => each(c.attrs, key, sizes.length, fallback);
  const [kernel, strides, dilations] = [all('kernel'), all('stride', 1), all('dilation', 1)];
  const padding = (which: number): readonly [number, number] => {
    if (c.attrs['padding'] === 'valid') return [0, 0];
    if (c.attrs['padding'] !== 'same') {
      const both = all('padding', 0)[which]!;
      return [both, both];
    }
    const [size, stride] = [sizes[which]!, strides[which]!];
    const reach = dilations[which]! * (kernel[which]! - 1) + 1;
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    // The odd pixel goes to the far side, in TensorFlow's SAME and in PyTorch's 'same' alike.
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const ends = sizes.map((_, which) => padding(which));
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    pads: { ints: [...ends.map(([before]) => before), ...ends.map(([, after]) => after)] },
    ...(dilations.some((dilation) => dilation !== 1) ? { dilations: { ints: dilations } } : {}),
  };
}
