// `.24.safetensors`: of every weight in a 2:4 pattern half of the values, and two bits that say where each one lies.
import type { TensorData } from '../../../core/graph/tensor';
import { matrixLayers } from '../../methods/matrix-layers';
import type { Subject } from '../format';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../safetensors';
import { stateDict } from '../state-dict';
import { computed, isOurSafetensors, type MakeFormat, metadataOf, named } from './context';
import { dense, type Entry, type Layout, stored } from './layout';

const main = '.24.safetensors';

export const compressed: MakeFormat = (model, context) => ({
  ...named('2:4'),
  write: (subject) => new Map([[main, write(subject)]]),
  readBack: (files, inputs) => computed(model, context, read(files.get(main)!), inputs),
  isOurs: isOurSafetensors,
});

function write({ model }: Subject): Uint8Array {
  const { graph } = model;
  const tensors = new Map<string, StoredTensor>(stateDict(model));
  const layout: Record<string, Entry> = {};
  for (const layer of matrixLayers(graph)) {
    const { entry, values, index } = stored(graph, layer, model.weights.get(layer.param)!);
    if (!index) continue;
    const { param } = layer;
    tensors.delete(param);
    tensors.set(`${param}.values`, { shape: [entry.rows, values.length / entry.rows], data: values });
    tensors.set(`${param}.index`, { shape: [index.length], data: index });
    layout[param] = entry;
  }
  if (Object.keys(layout).length === 0)
    throw new Error(`no weight of ${graph.name} has two zeros in every four: there is nothing to compress`);
  const metadata = { ...metadataOf(model), format: 'espalier-2:4', layout: JSON.stringify(layout) };
  return writeSafetensors(tensors, metadata);
}

function read(bytes: Uint8Array): Map<string, TensorData> {
  const { tensors, metadata } = readSafetensors(bytes);
  const weights = new Map(tensors);
  for (const [param, entry] of Object.entries(JSON.parse(metadata['layout'] ?? '{}') as Layout)) {
    const [values, index] = [weights.get(`${param}.values`), weights.get(`${param}.index`)];
    if (!values || !index) throw new Error(`${param} has no values or no index`);
    weights.delete(`${param}.values`);
    weights.delete(`${param}.index`);
    weights.set(param, dense(entry, values.data as Float32Array, Uint8Array.from(index.data)));
  }
  return weights;
}
