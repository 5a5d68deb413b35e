// One Adam step of one parameter in one pass; tf's own takes a dozen ops.
import { allocate, floats, type Info, type KernelCall } from './heap';

/** inputs value, gradient, m, v; outputs the new three. attrs: rate (bias-corrected), beta1, beta2, epsilon (scaled). */
export function adamStep({ backend, inputs, attrs }: KernelCall): Info[] {
  const { value, gradient, m, v } = inputs as Record<'value' | 'gradient' | 'm' | 'v', Info>;
  const outputs = [
    allocate(backend, value.shape),
    allocate(backend, value.shape),
    allocate(backend, value.shape),
  ];
  const [oldValue, g, oldM, oldV] = [value, gradient, m, v].map((t) => floats(backend, t)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [newValue, newM, newV] = outputs.map((t) => floats(backend, t)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const { rate, beta1, beta2, epsilon } = attrs as Record<'rate' | 'beta1' | 'beta2' | 'epsilon', number>;
  for (let i = 0; i < g.length; i++) {
    const [first, second] = [
      beta1 * oldM[i]! + (1 - beta1) * g[i]!,
      beta2 * oldV[i]! + (1 - beta2) * g[i]! * g[i]!,
    ];
    newM[i] = first;
    newV[i] = second;
    newValue[i] = oldValue[i]! - (rate * first) / (Math.sqrt(second) + epsilon);
  }
  return outputs;
}
