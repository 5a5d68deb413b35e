// Which of the data sets that need no file a model can be trained on, by what it takes.
import type { ModelGraph } from '../../core/graph/model-graph';

/** The kinds in the order in which they are offered. */
export function builtInData({ inputs, values, layout }: ModelGraph): string[] {
  const [input] = inputs.map((id) => values[id]!);
  if (!input || inputs.length > 1) return [];
  const sizes = input.shape.slice(1);
  if (sizes.length === 1) return input.dtype === 'float32' ? [] : ['grammar'];
  const channels = layout === 'NCHW' ? sizes[0] : sizes.at(-1);
  if (sizes.length === 4) return channels === 3 ? ['moving-shapes'] : [];
  if (sizes.length !== 3) return [];
  const positions = layout === 'NCHW' ? sizes.slice(1) : sizes.slice(0, 2);
  if (channels === 1 && positions.every((size) => size === 28)) return ['digits'];
  if (channels !== 3) return [];
  return positions.every((size) => size === 32) ? ['shapes', 'aerial'] : ['aerial'];
}
