// What the axes of a stored weight mean, as far as its shape and the framework that wrote it tell.
import type { AxisRole } from '../../../core/graph/model-graph';

const spatial: Readonly<Record<number, readonly AxisRole[]>> = {
  0: [],
  1: ['width'],
  2: ['height', 'width'],
  3: ['depth', 'height', 'width'],
};

/** PyTorch has out × in × kernel, Keras kernel × in × out; vectors belong to channels. */
export function storedAxes(shape: readonly number[], convention: 'torch' | 'keras'): AxisRole[] {
  if (shape.length < 2) return shape.map(() => 'channel');
  const kernel = spatial[shape.length - 2] ?? shape.slice(2).map(() => 'other' as const);
  return convention === 'torch' ? ['out', 'in', ...kernel] : [...kernel, 'in', 'out'];
}
