// Gradient of ReLU in one pass.
import { allocate, type Info, type KernelCall } from './heap';
import { address, simd } from './simd/module';

/** inputs dy, y (ReLU's output); output dy where y > 0, else 0. */
export function reluGrad({ backend, inputs }: KernelCall): Info {
  const { dy, y } = inputs as { dy: Info; y: Info };
  const dx = allocate(backend, y.shape);
  const size = y.shape.reduce((n, dim) => n * dim, 1);
  simd(backend, 'reluGrad', address(backend, dy), address(backend, y), address(backend, dx), 4 * size);
  return dx;
}
