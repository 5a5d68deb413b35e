// One Adam step of one parameter in one pass; tf's own takes a dozen ops.
import { allocate, type Info, type KernelCall } from './heap';
import { address, simd } from './simd/module';

/** inputs value, gradient, m, v; outputs the new three. attrs: rate (bias-corrected), beta1, beta2, epsilon (scaled). */
export function adamStep({ backend, inputs, attrs }: KernelCall): Info[] {
  const { value, gradient, m, v } = inputs as Record<'value' | 'gradient' | 'm' | 'v', Info>;
  const outputs = [value, value, value].map(({ shape }) => allocate(backend, shape));
  const { rate, beta1, beta2, epsilon } = attrs as Record<'rate' | 'beta1' | 'beta2' | 'epsilon', number>;
  const size = value.shape.reduce((n, dim) => n * dim, 1);
  simd(
    backend,
    'adam',
    ...[value, gradient, m, v, ...outputs].map((tensor) => address(backend, tensor)),
    4 * size,
    ...[rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
  );
  return outputs;
}
