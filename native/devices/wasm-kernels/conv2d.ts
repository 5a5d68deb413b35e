// Convolution for training. The stock kernel packs the filter anew whenever it changed, which then is in every step;
// at inference it packs once and stays the better one.
import { forward } from './convolve';
import { geometry, type Info, type KernelCall } from './heap';

/** inputs x, filter; attrs as tf.Conv2D has them. */
export function conv2d({ backend, inputs, attrs }: KernelCall): Info {
  const { x, filter } = inputs as { x: Info; filter: Info };
  return forward(backend, x, filter, geometry(x.shape, filter.shape, attrs));
}
