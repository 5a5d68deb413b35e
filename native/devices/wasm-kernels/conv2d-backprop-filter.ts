// Gradient of a convolution with respect to its filter, which the WASM backend lacks.
import { backwardFilter } from './convolve';
import { geometry, type Info, type KernelCall } from './heap';

export function conv2dBackpropFilter({ backend, inputs, attrs }: KernelCall): Info {
  const { x, dy } = inputs as { x: Info; dy: Info };
  return backwardFilter(backend, x, dy, geometry(x.shape, attrs['filterShape'] as number[], attrs));
}
