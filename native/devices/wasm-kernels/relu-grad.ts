// Gradient of ReLU in one pass.
import { allocate, floats, type Info, type KernelCall } from './heap';

/** inputs dy, y (ReLU's output); output dy where y > 0, else 0. */
export function reluGrad({ backend, inputs }: KernelCall): Info {
  const { dy, y } = inputs as { dy: Info; y: Info };
  const result = allocate(backend, y.shape);
  const [gradient, output, to] = [floats(backend, dy), floats(backend, y), floats(backend, result)];
  for (let i = 0; i < to.length; i++) to[i] = output[i]! > 0 ? gradient[i]! : 0;
  return result;
}
