// Batches as a model takes them: from a split to tensors on the device, the next one fetched while this one is computed.
import { tf } from '../../native/tf';
import type { HostBatch, HostTensor, Split, Targets } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { nextTurn } from './next-turn';

/** On the device. The caller disposes it. */
export const tensorOf = ({ shape, data }: HostTensor): tf.Tensor =>
  tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');

/** Large enough that kernels are busy, small enough that a request waits for less than a step and memory stays free. */
const [mostSamples, mostNumbers] = [100, 2 ** 22];

/** Shows the answers to every sample of a split, in order. False when aborted. */
export async function eachAnswer(
  executor: Executor,
  split: Split,
  numbersEach: number,
  signal: AbortSignal | undefined,
  see: (outputs: readonly tf.Tensor[], batch: HostBatch) => Promise<void>,
): Promise<boolean> {
  const size = Math.max(1, Math.min(mostSamples, Math.floor(mostNumbers / Math.max(1, numbersEach))));
  const take = (from: number) =>
    quiet(split.take(Int32Array.from({ length: Math.min(size, split.count - from) }, (_, i) => from + i)));
  let next = split.count > 0 ? take(0) : undefined;
  for (let from = 0; next; from += size) {
    if (signal?.aborted) return false;
    const batch: HostBatch = await next;
    next = from + size < split.count ? take(from + size) : undefined;
    const inputs = batch.inputs.map(tensorOf);
    const outputs = executor.predict(inputs);
    try {
      await see(outputs, batch);
    } finally {
      tf.dispose([...inputs, ...outputs]);
    }
    await nextTurn();
  }
  return true;
}

/** A rejection that nobody waits for yet is not unhandled: whoever takes the batch hears of it. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** A batch as at most `count` smaller ones, of sizes as equal as can be. */
export function partsOf(batch: HostBatch, count: number): HostBatch[] {
  const parts = Math.min(count, batch.count);
  if (parts <= 1) return [batch];
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.round((at * batch.count) / parts)) as [number, number];
    return {
      inputs: batch.inputs.map((tensor) => rows(tensor, from, to)),
      targets: targetsOf(batch.targets, from, to),
      count: to - from,
    };
  });
}

function rows({ shape, data }: HostTensor, from: number, to: number): HostTensor {
  const size = data.length / shape[0]!;
  return { shape: [to - from, ...shape.slice(1)], data: data.subarray(from * size, to * size) };
}

function targetsOf(targets: Targets, from: number, to: number): Targets {
  switch (targets.kind) {
    case 'classes':
      return { ...targets, labels: targets.labels.subarray(from, to) };
    case 'tokens':
      return { ...targets, ids: targets.ids.subarray(from * targets.length, to * targets.length) };
    case 'boxes':
      return { ...targets, boxes: targets.boxes.slice(from, to) };
  }
}
