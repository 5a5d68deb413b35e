// The grids that a run put its weights on while it trained: scales that its checkpoint keeps.
import type { ParamName } from '../../core/graph/model-graph';
import type { TrainedModel } from '../../core/graph/tensor';
import type { Bits } from '../../core/quantisation/grid';
import type { RunRecord } from '../../core/runs/run-record';
import { inputScale, weightScale } from '../methods/gpusq-vit/quantiser';
import type { Checkpoint } from '../runs/checkpoint';
import { extra } from '../trainer/model';
import type { WeightGrid } from './format';

/** Empty for runs that trained no grid, and before their weights were put on it. */
export function trainedGrids(
  { recipe }: RunRecord,
  { graph }: TrainedModel,
  { optimizer }: Pick<Checkpoint, 'optimizer'>,
): Map<ParamName, WeightGrid> {
  const grids = new Map<ParamName, WeightGrid>();
  const found = Number(recipe.options['bits']);
  if (found !== 4 && found !== 8) return grids;
  const bits: Bits = found;
  for (const param of Object.keys(graph.params)) {
    const scales = optimizer.get(extra + weightScale(param));
    const input = optimizer.get(extra + inputScale(param))?.data[0];
    if (!scales) continue;
    const grid = { bits, scales: scales.data as Float32Array };
    grids.set(param, { ...grid, ...(input === undefined ? {} : { input }) });
  }
  return grids;
}
