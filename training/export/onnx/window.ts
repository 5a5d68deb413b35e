// Sliding windows: kernel, strides, dilations and explicit padding, as Conv and the pools take them.
import { imageAxes, pair } from '../../../core/graph/op';
import { sizeAt } from '../../../core/graph/shape';
import type { OpContext } from './op';
import type { OnnxAttr } from './proto';

export function windowAttrs(c: OpContext): Record<string, OnnxAttr> {
  const { height, width } = imageAxes(c.layout);
  const kernel = pair(c.attrs, 'kernel');
  const strides = pair(c.attrs, 'stride', 1);
  const dilations = pair(c.attrs, 'dilation', 1);
  const image = c.inputShape(0);
  const sizes = [height, width].map((axis) => sizeAt(image[axis]!, 1));
  const padding = (which: number): readonly [number, number] => {
    if (c.attrs['padding'] === 'valid') return [0, 0];
    if (c.attrs['padding'] !== 'same') {
      const both = pair(c.attrs, 'padding', 0)[which]!;
      return [both, both];
    }
    const [size, stride] = [sizes[which]!, strides[which]!];
    const reach = dilations[which]! * (kernel[which]! - 1) + 1;
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    // The odd pixel goes to the far side, in TensorFlow's SAME and in PyTorch's 'same' alike.
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, right]] = [padding(0), padding(1)];
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: strides },
    pads: { ints: [top, left, bottom, right] },
    ...(dilations.some((dilation) => dilation !== 1) ? { dilations: { ints: dilations } } : {}),
  };
}
