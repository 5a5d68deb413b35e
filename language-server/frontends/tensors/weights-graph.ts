// A model of which only the weights are known: a graph with parameters and no nodes.
import type { WeightFacts } from '../../../core/analysis/weight-facts';
import type { DType, Framework, ModelGraph, Param } from '../../../core/graph/model-graph';

/** Statistics and counters, which frameworks save beside what they train. */
const buffer = /(^|[./_])(running_(mean|var)|moving_(mean|variance)|num_batches_tracked|position_ids)$/;

export function weightsGraph(
  name: string,
  framework: Framework,
  weights: readonly WeightFacts[],
): ModelGraph {
  const layout = framework === 'pytorch' ? 'NCHW' : 'NHWC';
  const params = Object.fromEntries(weights.map((facts) => [facts.name, param(facts)]));
  return { name, framework, layout, inputs: [], outputs: [], values: {}, nodes: [], params };
}

function param({ name, shape, axes, dtype }: WeightFacts): Param {
  const type = dtypeOf(dtype);
  // Whole numbers of a byte are quantised weights; larger ones count or point at something.
  const trainable = !buffer.test(name) && (type === 'float32' || /^[IU]8$/.test(dtype));
  return { name, shape, axes, dtype: type, trainable, init: { kind: 'constant', value: 0 } };
}

function dtypeOf(stored: string): DType {
  if (stored === 'BOOL') return 'bool';
  return /^[IU]\d/.test(stored) ? 'int32' : 'float32';
}

const natural = new Intl.Collator('en', { numeric: true });

/** `layers.2` before `layers.10`, whatever order the file has. */
export const inNaturalOrder = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => natural.compare(a.name, b.name));
