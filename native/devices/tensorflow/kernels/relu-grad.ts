// Gradient of ReLU in one pass.
import { execute, type Info, type KernelCall } from './execute';

/** inputs dy, y (ReLU's output); output dy where y > 0, else 0. */
export function reluGrad({ backend, inputs }: KernelCall): Info {
  const { dy, y } = inputs as { dy: Info; y: Info };
  return execute(backend, 'ReluGrad', [dy, y])[0]!;
}
