// Reads and writes `.safetensors`: an 8-byte length, a JSON header, then every tensor's bytes, little-endian.
// Format: https://github.com/huggingface/safetensors#format
import { type Entry, parseHeader } from '../../core/formats/safetensors-header';
import type { TensorData } from '../../core/graph/tensor';
import { dtypes } from './safetensors-dtypes';

export interface SafetensorsFile {
  readonly tensors: Map<string, TensorData>;
  readonly metadata: Record<string, string>;
}

/** A tensor, or bytes: packed bits and small whole numbers. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: TensorData['data'] | Uint8Array;
}

/**
 * Float32 tensors become F32, int32 ones I32 and bytes U8, except BatchNorm's `num_batches_tracked`, which PyTorch keeps as an
 * I64 scalar and refuses to load as anything else. Tensors are laid out in the map's order.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of tensors) {
    const count = tensor.shape.reduce((n, dim) => n * dim, 1);
    if (count !== tensor.data.length)
      throw new Error(
        `${name}: ${tensor.data.length} values do not fill the shape ${tensor.shape.join('×') || 'scalar'}`,
      );
    const { dtype, bytes } = encode(name, tensor);
    entries.push([name, { dtype, shape: tensor.shape, data_offsets: [end, end + bytes.length] }]);
    parts.push(bytes);
    end += bytes.length;
  }
  // fromEntries, because a tensor may be called `__proto__` and an assignment would lose it.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Spaces up to a multiple of 8, so that readers can map the tensors without copying.
  const length = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + length + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(json, 8);
  out.fill(0x20, 8 + json.length, 8 + length);
  let at = 8 + length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Strict: throws one line that names the tensor when the file is truncated, offsets overlap or leave holes, or a
 * type cannot be held exactly enough. F16, BF16 and F64 arrive as float32; integers and booleans as int32.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, dataStart } = parseHeader(bytes);
  return {
    tensors: new Map(entries.map((entry) => [entry.name, read(entry, bytes, dataStart)])),
    metadata,
  };
}

function read({ name, dtype, shape, start, end }: Entry, bytes: Uint8Array, dataStart: number): TensorData {
  // A copy, which a Buffer's own slice is not: aligned for typed arrays, and it does not keep the whole file alive.
  const own = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end));
  const convert = dtypes[dtype];
  if (!convert) throw new Error(`safetensors: ${name}: values of the type ${dtype} are not read here`);
  try {
    return { shape, data: convert(own.buffer) };
  } catch (error) {
    throw new Error(`safetensors: ${name}: ${(error as Error).message}`);
  }
}

function encode(name: string, { shape, data }: StoredTensor): { dtype: string; bytes: Uint8Array } {
  if (data instanceof Int32Array && shape.length === 0 && /(^|\.)num_batches_tracked$/.test(name))
    return { dtype: 'I64', bytes: new Uint8Array(BigInt64Array.of(BigInt(data[0]!)).buffer) };
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof Uint8Array) return { dtype: 'U8', bytes };
  return { dtype: data instanceof Int32Array ? 'I32' : 'F32', bytes };
}
