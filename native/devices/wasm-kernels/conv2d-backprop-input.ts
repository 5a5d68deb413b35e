// Gradient of a convolution with respect to its input. The stock kernel is a plain loop.
import { backwardInput } from './convolve';
import { geometry, type Info, type KernelCall } from './heap';

export function conv2dBackpropInput({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  return backwardInput(backend, dy, filter, geometry(attrs['inputShape'] as number[], filter.shape, attrs));
}
