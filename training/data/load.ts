// From what a recipe says about data, and what the model takes, to the data.
import type { ModelGraph } from '../../core/graph/model-graph';
import { sizeAt } from '../../core/graph/shape';
import type { DataSpec } from '../../core/recipe/recipe';
import { inputOrder, positionsOf } from '../executor/order';
import type { Dataset, InputSpec } from './dataset';
import type { DataKind, Place } from './kinds/kind';
import { dataKinds } from './kinds/table';

/** @param place.baseFolder where relative paths start. Rejects with one line. */
export function loadDataset(spec: DataSpec, place: Place): Promise<Dataset> {
  return (dataKinds[spec.kind] as DataKind).load(spec, place);
}

/** What the model takes, as data comes: without the batch, images and videos with channels last. */
export function inputsOf(graph: ModelGraph): InputSpec[] {
  return graph.inputs.map((id) => {
    const { shape, dtype } = graph.values[id]!;
    const axes = positionsOf(inputOrder(graph, id), shape.length, graph.layout);
    return {
      shape: axes.slice(1).map((axis) => sizeAt(shape[axis]!, 1)),
      dtype: dtype === 'float32' ? 'float32' : 'int32',
    };
  });
}
