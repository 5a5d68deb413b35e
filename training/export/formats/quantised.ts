// `.int8.safetensors` and `.int4.safetensors`: weights as small whole numbers with their scales, those of 2:4 packed to half.
import type { TensorData } from '../../../core/graph/tensor';
import { type Bits, largestInt, toInt } from '../../../core/quantisation/grid';
import { int4Groups, int8Rows, quantise } from '../../../core/quantisation/grouped';
import { fromBytes, toBytes } from '../../../core/quantisation/packing';
import { type MatrixLayer, matrixLayers } from '../../methods/matrix-layers';
import type { Subject, WeightGrid } from '../format';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../safetensors';
import { stateDict } from '../state-dict';
import { computed, isOurSafetensors, type MakeFormat, metadataOf, named } from './context';
import { dense, denseOf, type Entry, type Layout, type Stored, stored } from './layout';

export const quantised =
  (bits: Bits): MakeFormat =>
  (model, context) => {
    const main = `.int${bits}.safetensors`;
    return {
      ...named(`int${bits}`),
      prepare: (subject) => onGrids(subject, bits),
      write: (subject) => new Map([[main, write(subject, bits)]]),
      readBack: (files, inputs) => computed(model, context, read(files.get(main)!, bits), inputs),
      isOurs: isOurSafetensors,
    };
  };

/** Weights that were trained on their grids stay as they are; others that were pruned are rounded. */
function onGrids(subject: Subject, bits: Bits): Subject {
  const { model, grids, masks } = subject;
  const { graph } = model;
  const [trained] = grids.values();
  if (trained && trained.bits !== bits)
    throw new Error(`its weights were trained on ${trained.bits} bits: export them as int${trained.bits}`);
  if (trained) return subject;
  const grid = bits === 8 ? int8Rows : int4Groups;
  const [weights, found] = [new Map(model.weights), new Map<string, WeightGrid>()];
  for (const layer of matrixLayers(graph)) {
    const packed = stored(graph, layer, model.weights.get(layer.param)!);
    if (!packed.index && !masks.has(layer.param)) continue;
    const perRow = packed.values.length / packed.entry.rows;
    const { values, scales } = quantise(packed.values, perRow, grid, () => true);
    weights.set(layer.param, denseOf(packed, values));
    found.set(layer.param, { ...grid, scales });
  }
  if (found.size === 0)
    throw new Error(`no weight of ${graph.name} was pruned one by one: only such are quantised here`);
  return { ...subject, model: { graph, weights }, grids: found };
}

function write({ model, grids }: Subject, bits: Bits): Uint8Array {
  const { graph, weights } = model;
  const tensors = new Map<string, StoredTensor>(stateDict(model));
  const layout: Record<string, Entry> = {};
  for (const layer of matrixLayers(graph)) {
    const grid = grids.get(layer.param);
    if (!grid) continue;
    tensors.delete(layer.param);
    layout[layer.param] = add(tensors, layer, grid, stored(graph, layer, weights.get(layer.param)!));
  }
  const metadata = { ...metadataOf(model), format: `espalier-int${bits}`, zeroPoint: '0' };
  return writeSafetensors(tensors, { ...metadata, layout: JSON.stringify(layout) });
}

function add(
  tensors: Map<string, StoredTensor>,
  { param }: MatrixLayer,
  { bits, scales, group, input }: WeightGrid,
  { entry, values, index }: Stored,
): Entry {
  const full: Entry = { ...entry, bits, ...(group === undefined ? {} : { group }) };
  const scale = scaleOf(full, values.length);
  const codes = Int8Array.from(values, (value, i) => {
    const step = scales[scale(i)]!;
    return step === 0 ? 0 : toInt(value, step, largestInt(bits));
  });
  const bytes = toBytes(codes, bits);
  tensors.set(`${param}.values`, { shape: [bytes.length], data: bytes });
  tensors.set(`${param}.scales`, { shape: [entry.rows, scales.length / entry.rows], data: scales });
  if (index) tensors.set(`${param}.index`, { shape: [index.length], data: index });
  if (input !== undefined) tensors.set(`${param}.input_scale`, { shape: [1], data: Float32Array.of(input) });
  return full;
}

/** Which scale a stored value has: rows have ⌈values / group⌉ each. */
function scaleOf({ rows, group }: Entry, count: number): (i: number) => number {
  const perRow = count / rows;
  const size = group ?? perRow;
  const groups = Math.ceil(perRow / size);
  return (i) => Math.floor(i / perRow) * groups + Math.floor((i % perRow) / size);
}

function read(bytes: Uint8Array, bits: Bits): Map<string, TensorData> {
  const { tensors, metadata } = readSafetensors(bytes);
  const weights = new Map(tensors);
  for (const [param, entry] of Object.entries(JSON.parse(metadata['layout'] ?? '{}') as Layout)) {
    const part = (role: string): TensorData | undefined => {
      const found = weights.get(`${param}.${role}`);
      weights.delete(`${param}.${role}`);
      return found;
    };
    const [values, scales, index] = [part('values'), part('scales'), part('index')];
    part('input_scale');
    if (!values || !scales) throw new Error(`${param} has no values or no scales`);
    const count = entry.pattern === null ? entry.rows * entry.cols : (entry.rows * entry.cols) / 2;
    const scale = scaleOf(entry, count);
    const codes = fromBytes(Uint8Array.from(values.data), count, bits);
    const numbers = Float32Array.from(codes, (code, i) => code * scales.data[scale(i)]!);
    weights.set(param, dense(entry, numbers, index && Uint8Array.from(index.data)));
  }
  return weights;
}
