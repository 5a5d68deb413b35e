// How large the filters are that make each channel of a coupled group.
import type { PruneGroup } from '../../../core/graph/coupling/group';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { elements } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';

/** By channel the sum of a term of each weight that makes it, all layers of the group together. */
export async function filterSums(
  graph: ModelGraph,
  { channels, members }: PruneGroup,
  read: (name: ParamName) => Promise<TensorData>,
  term: (weight: number) => number,
): Promise<Float64Array> {
  const sums = new Float64Array(channels);
  for (const { param, axis, role, runs } of members) {
    if (role !== 'out') continue;
    const { shape } = graph.params[param]!;
    const { data } = await read(param);
    const inner = elements(shape.slice(axis + 1));
    const outer = elements(shape.slice(0, axis));
    eachPosition(runs, (position, channel) => {
      for (let o = 0; o < outer; o++) {
        const from = (o * shape[axis]! + position) * inner;
        for (let i = 0; i < inner; i++) sums[channel]! += term(data[from + i]!);
      }
    });
  }
  return sums;
}
