// From shares to whole weights that add up: what allocators share.
import type { ParamName } from '../../graph/model-graph';
import { elementsOf } from '../mask';
import type { AllotLayer } from './allocator';

/** Weights that all layers keep together. */
export function budgetOf(layers: readonly AllotLayer[], sparsity: number): number {
  const all = layers.reduce((n, { shape }) => n + elementsOf(shape), 0);
  const kept = Math.round((1 - sparsity) * all);
  if (kept < layers.length)
    throw new Error(
      `a sparsity of ${sparsity} leaves ${kept} of ${all} weights to ${layers.length} layers: lower it, so that each keeps one`,
    );
  return kept;
}

/** @param wanted weights that each layer would keep, in fractions. They become whole by the largest remainders. */
export function apportion(
  layers: readonly AllotLayer[],
  wanted: readonly number[],
  budget: number,
): Map<ParamName, number> {
  const sizes = layers.map(({ shape }) => elementsOf(shape));
  // A share such as 0.1 · 30 falls short of its whole number by rounding alone.
  const counts = wanted.map((share, i) => Math.min(sizes[i]!, Math.max(1, Math.floor(share + 1e-6))));
  const rest = (i: number) => wanted[i]! - counts[i]!;
  const order = [...counts.keys()].sort((a, b) => rest(b) - rest(a) || a - b);
  let left = budget - counts.reduce((sum, count) => sum + count, 0);
  while (left > 0)
    for (const i of order)
      if (left > 0 && counts[i]! < sizes[i]!) [counts[i], left] = [counts[i]! + 1, left - 1];
  order.reverse();
  while (left < 0)
    for (const i of order) if (left < 0 && counts[i]! > 1) [counts[i], left] = [counts[i]! - 1, left + 1];
  return new Map(layers.map(({ param }, i) => [param, counts[i]! / sizes[i]!]));
}
