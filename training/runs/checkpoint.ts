// A checkpoint: all that a run needs to go on as if it had never stopped, in one file, so that nothing in it disagrees.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData, Weights } from '../../core/graph/tensor';
import type { Metrics } from '../../core/runs/run-record';
import { elementsOf, type Mask } from '../../core/sparsity/mask';
import { readSafetensors, writeSafetensors } from '../export/safetensors';
import { checksumOf } from './checksum';

export interface Checkpoint {
  /** Steps done: the next one is this. */
  readonly step: number;
  /** Seconds trained so far, pauses excluded. */
  readonly seconds: number;
  /** Lines of `metrics.jsonl` that belong to the steps done. */
  readonly metricLines: number;
  /** Which graph the weights belong to: the dense one, or the smaller one that surgery made. */
  readonly structure: 'dense' | 'sparse';
  /** Test accuracy before pruning began, once it has. */
  readonly denseAccuracy?: number;
  /** Every test metric at that time. */
  readonly denseMetrics?: Metrics;
  readonly weights: Weights;
  readonly optimizer: ReadonlyMap<string, TensorData>;
  /** In matrix order, as `masks.bin` holds them. */
  readonly masks: ReadonlyMap<ParamName, Mask>;
}

type Meta = Pick<
  Checkpoint,
  'step' | 'seconds' | 'metricLines' | 'structure' | 'denseAccuracy' | 'denseMetrics'
>;

/** Version 2 has a checksum; 1 is read as it is. */
const version = '2';
const known: ReadonlySet<unknown> = new Set(['1', version]);

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { step, seconds, metricLines, structure, denseAccuracy, denseMetrics } = checkpoint;
  const meta: Meta = {
    step,
    seconds,
    metricLines,
    structure,
    ...(denseAccuracy === undefined ? {} : { denseAccuracy }),
    ...(denseMetrics === undefined ? {} : { denseMetrics }),
  };
  const tensors = new Map<string, TensorData>();
  for (const [name, tensor] of checkpoint.weights) tensors.set(`weights/${name}`, tensor);
  for (const [name, tensor] of checkpoint.optimizer) tensors.set(`optimizer/${name}`, tensor);
  for (const [name, mask] of checkpoint.masks) {
    tensors.set(`mask/${name}`, packed(mask));
    tensors.set(`mask-shape/${name}`, { shape: [mask.shape.length], data: Int32Array.from(mask.shape) });
  }
  const run = JSON.stringify(meta);
  return writeSafetensors(tensors, { espalier: version, run, sha256: checksumOf(run, tensors) });
}

/** Throws one line when the bytes are no checkpoint, a damaged one, or one of a newer version. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const found = metadata['espalier'];
  if (!known.has(found))
    throw new Error(
      `version ${found ?? 'unknown'}, this Espalier reads up to version ${version}: update Espalier`,
    );
  if (found !== '1' && metadata['sha256'] !== checksumOf(metadata['run'] ?? '', tensors))
    throw new Error('its checksum does not match: the file is damaged');
  const weights = new Map<string, TensorData>();
  const optimizer = new Map<string, TensorData>();
  const masks = new Map<string, Mask>();
  for (const [name, tensor] of tensors) {
    const slash = name.indexOf('/');
    const [kind, rest] = [name.slice(0, slash), name.slice(slash + 1)];
    if (kind === 'weights') weights.set(rest, tensor);
    if (kind === 'optimizer') optimizer.set(rest, tensor);
    if (kind === 'mask') masks.set(rest, unpacked(tensor, tensors.get(`mask-shape/${rest}`), rest));
  }
  return { ...metaOf(metadata['run']), weights, optimizer, masks };
}

function metaOf(text: string | undefined): Meta {
  const meta = JSON.parse(text ?? '{}') as Partial<Meta>;
  if (!Number.isInteger(meta.step) || !Number.isInteger(meta.metricLines)) throw new Error('it has no step');
  return meta as Meta;
}

/** Safetensors hold 32-bit integers for us: the bits in words, the last one filled up with zeros. */
function packed({ bits }: Mask): TensorData {
  const bytes = new Uint8Array(Math.ceil(bits.length / 4) * 4);
  bytes.set(bits);
  const data = new Int32Array(bytes.buffer);
  return { shape: [data.length], data };
}

function unpacked({ data }: TensorData, shape: TensorData | undefined, name: string): Mask {
  const dims = [...(shape?.data ?? [])];
  const length = Math.ceil(elementsOf(dims) / 8);
  if (dims.length === 0 || length > data.byteLength) throw new Error(`the mask of ${name} has no shape`);
  return { shape: dims, bits: new Uint8Array(data.buffer, data.byteOffset, length).slice() };
}
