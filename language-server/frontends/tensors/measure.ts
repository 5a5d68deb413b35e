// Reads the values of stored tensors and says how sparse they are: in pieces, with progress, until cancelled.
import { elementBytes } from '../../../core/formats/safetensors-header';
import type { WeightFacts } from '../../../core/analysis/weight-facts';
import type { ValueFacts } from '../../../core/sparsity/value-facts';
import { ZeroCounter } from '../../../core/sparsity/zero-counter';
import type { ByteSource } from './byte-source';
import { notZero } from './element-types';

export interface StoredTensor {
  readonly facts: WeightFacts;
  /** A key of the table of element types; others are described but not counted. */
  readonly type: string;
  /** Where its values lie; absent where they are kept in a way that is not read. */
  readonly at?: { readonly source: ByteSource; readonly offset: number };
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly progress?: (done: number, of: number) => void;
}

/** The same facts with values. Rejects with the signal's reason, or one line where a file ends too early. */
export async function measure(
  tensors: readonly StoredTensor[],
  { signal, progress }: MeasureOptions,
): Promise<WeightFacts[]> {
  const total = tensors.reduce((n, { facts }) => n + facts.bytes, 0);
  const measured: WeightFacts[] = [];
  let done = 0;
  for (const tensor of tensors) {
    signal.throwIfAborted();
    const values = await valuesOf(tensor, signal, (bytes) => progress?.(done + bytes, total));
    done += tensor.facts.bytes;
    progress?.(done, total);
    measured.push(values ? { ...tensor.facts, values } : tensor.facts);
  }
  return measured;
}

async function valuesOf(
  { facts: { shape, axes, bytes }, type, at }: StoredTensor,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<ValueFacts | undefined> {
  const flags = notZero[type];
  if (!flags || !at) return undefined;
  const size = elementBytes[type]!;
  const counter = new ZeroCounter(shape, axes);
  let rest = new Uint8Array(0);
  let read = 0;
  for await (const piece of at.source.stream(at.offset, bytes)) {
    signal.throwIfAborted();
    const whole = rest.length === 0 ? piece : joined(rest, piece);
    const end = whole.length - (whole.length % size);
    counter.feed(flags(whole.subarray(0, end)));
    rest = whole.slice(end);
    progress((read += piece.length));
  }
  return counter.finish();
}

/** A piece may end inside an element. */
function joined(rest: Uint8Array, piece: Uint8Array): Uint8Array {
  const both = new Uint8Array(rest.length + piece.length);
  both.set(rest);
  both.set(piece, rest.length);
  return both;
}
