// `.safetensors` as any framework loads it, zeros kept, and beside it `.masks.safetensors`: which weights were kept, a bit each.
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { type Mask, packMask, unpackMask } from '../../../core/sparsity/mask';
import { permuteAxes } from '../../../core/sparsity/permute';
import { fromMatrixOrder, matrixAxes } from '../../../core/sparsity/weight-matrix';
import { type MatrixLayer, matrixLayers } from '../../methods/matrix-layers';
import type { Subject } from '../format';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../safetensors';
import { stateDict } from '../state-dict';
import { computed, isOurSafetensors, type MakeFormat, metadataOf, named } from './context';

const main = '.safetensors';
const sidecar = '.masks.safetensors';

export const safetensors: MakeFormat = (model, context) => ({
  ...named('safetensors'),
  write(subject) {
    const weights = writeSafetensors(stateDict(subject.model), metadataOf(subject.model));
    const files = new Map([[main, weights]]);
    if (subject.masks.size > 0) files.set(sidecar, writeMasks(subject));
    return files;
  },
  async readBack(files, inputs) {
    const masks = files.get(sidecar);
    return {
      ...(await computed(model, context, readSafetensors(files.get(main)!).tensors, inputs)),
      ...(masks ? { masks: readMasks(masks, model.graph) } : {}),
    };
  },
  sidecars: [sidecar],
  isOurs: isOurSafetensors,
});

/** One tensor of bytes a mask, under its weight's name and in its weight's own order: bit i mod 8 of byte ⌊i / 8⌋. */
function writeMasks({ model, masks }: Subject): Uint8Array {
  const { graph } = model;
  const tensors = new Map<string, StoredTensor>();
  const shapes: Record<string, readonly number[]> = {};
  for (const { param, node } of layersOf(graph, masks)) {
    const keep = fromMatrixOrder(graph, node, unpackMask(masks.get(param)!));
    const { shape } = graph.params[param]!;
    const { bits } = packMask(shape, keep);
    tensors.set(param, { shape: [bits.length], data: bits });
    shapes[param] = shape;
  }
  const layout = 'bit i mod 8 (lowest first) of byte i // 8 is 1 where weight i, row-major, was kept';
  return writeSafetensors(tensors, { ...metadataOf(model), layout, shapes: JSON.stringify(shapes) });
}

function readMasks(bytes: Uint8Array, graph: ModelGraph): Map<ParamName, Mask> {
  const { tensors, metadata } = readSafetensors(bytes);
  const shapes = JSON.parse(metadata['shapes'] ?? '{}') as Record<string, readonly number[]>;
  return new Map(
    layersOf(graph, tensors).map(({ param, node, matrix }) => {
      const shape = shapes[param] ?? [];
      const keep = unpackMask({ shape, bits: Uint8Array.from(tensors.get(param)!.data) });
      return [param, packMask([matrix.rows, matrix.cols], permuteAxes(keep, shape, matrixAxes(graph, node)))];
    }),
  );
}

const layersOf = (graph: ModelGraph, names: { has(name: string): boolean }): MatrixLayer[] =>
  matrixLayers(graph).filter(({ param }) => names.has(param));
