// The weights that a TF.js `model.json` lists, and where they lie: one stretch of bytes a group, cut into shard files.
import path from 'node:path';
import type { AxisRole, ModelGraph } from '../../../core/graph/model-graph';
import { elementBytes } from '../../../core/formats/safetensors-header';
import { storedAxes } from '../tensors/axes';
import { type ByteSource, fileSource, joinedSource } from '../tensors/byte-source';
import type { StoredTensor } from '../tensors/measure';

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** As safetensors call it. */
  readonly type: string;
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Entry[];
}

/** TF.js' names of element types, and what quantisation stores instead. */
const types: Readonly<Record<string, string>> = {
  ...{
    float32: 'F32',
    float16: 'F16',
    int32: 'I32',
    bool: 'BOOL',
    uint8: 'U8',
    uint16: 'U16',
    complex64: 'C64',
  },
};

/** Throws one line where the manifest is not one. */
export function readManifest(manifest: unknown): Group[] {
  if (!Array.isArray(manifest)) throw new Error('weightsManifest is not a list');
  return manifest.slice(0, 1000).map((group): Group => {
    const { paths = [], weights } = object(group);
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw new Error('a group of weightsManifest has no paths or weights');
    return { paths: paths.map(String), weights: weights.slice(0, 100_000).map(entry) };
  });
}

function entry(raw: unknown): Entry {
  const { name, shape, dtype, quantization } = object(raw);
  const stored = (quantization === undefined ? dtype : object(quantization)['dtype']) ?? dtype;
  const sizes = Array.isArray(shape) ? (shape as unknown[]) : [];
  if (typeof name !== 'string' || !sizes.every((size) => Number.isSafeInteger(size) && Number(size) >= 0))
    throw new Error('a weight of weightsManifest has no name or no shape');
  return { name, shape: sizes as number[], type: types[String(stored)] ?? String(stored) };
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export interface Stored {
  readonly tensors: readonly StoredTensor[];
  readonly sources: readonly ByteSource[];
  readonly notes: readonly string[];
}

/** Opens the shards where they are there; the caller closes them. */
export function openWeights(file: string, groups: readonly Group[], { params }: ModelGraph): Stored {
  const sources: ByteSource[] = [];
  const notes: string[] = [];
  const tensors = groups.flatMap(({ paths, weights }) => {
    const opened = openShards(file, paths);
    if (typeof opened === 'string') notes.push(opened);
    const source = typeof opened === 'string' ? undefined : opened;
    if (source) sources.push(source);
    let offset = 0;
    return weights.map(({ name, shape, type }): StoredTensor => {
      const bytes = shape.reduce((n, dim) => n * dim, 1) * (elementBytes[type] ?? 0);
      const at = source && offset + bytes <= source.size ? { source, offset } : undefined;
      offset += bytes;
      const param = params[name];
      const axes: readonly AxisRole[] =
        param?.shape.join() === shape.join() ? param.axes : storedAxes(shape, 'keras');
      return { facts: { name, shape, axes, dtype: type, bytes }, type, ...(at ? { at } : {}) };
    });
  });
  return { tensors, sources, notes };
}

function openShards(file: string, paths: readonly string[]): ByteSource | string {
  const opened: ByteSource[] = [];
  for (const name of paths) {
    try {
      // Shards lie beside the file; a path that leads elsewhere is not followed.
      if (path.basename(name) !== name || name.includes('\\')) throw new Error('is no file beside it');
      opened.push(fileSource(path.join(path.dirname(file), name)));
    } catch (error) {
      for (const source of opened) source.close();
      const { code, message } = error as NodeJS.ErrnoException;
      return `${name}: ${code === 'ENOENT' ? 'is not there' : message}; what its weights hold is not known`;
    }
  }
  return joinedSource(opened);
}
