// The loss and the metric of a model on a few held-out samples, and its answers to some of them.
import { headlineKey } from '../../core/runs/headline';
import { tf } from '../../native/tf';
import type { Dataset, Split } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { seeded, seedFor } from '../executor/random';
import { eachAnswer } from '../trainer/batches-of';
import type { Judge } from './subject';

export interface Measured {
  /** Mean over the terms of the task's loss, in inference. */
  readonly loss: number;
  readonly metric: number;
  /** The key of the metric. */
  readonly key: string;
  /** To the first batch: equal to the last bit where a change changes nothing. */
  readonly answers: Float32Array;
}

export type Measure = (executor: Executor) => Promise<Measured>;

/** @param signal rejects the measurement when it is aborted. */
export const measureOn =
  ({ task, data }: Judge, signal?: AbortSignal): Measure =>
  async (executor) => {
    const size = data.inputs.reduce((sum, { shape }) => sum + shape.reduce((n, dim) => n * dim, 1), 0);
    let [sum, terms] = [0, 0];
    let answers: Float32Array | undefined;
    await eachAnswer(executor, data.test, size, signal, async (outputs, { targets }) => {
      const loss = tf.tidy(() => task.loss(outputs, targets).loss);
      const count = task.terms(targets);
      sum += (await loss.data())[0]! * count;
      terms += count;
      loss.dispose();
      answers ??= Float32Array.from(await outputs[0]!.data());
    });
    signal?.throwIfAborted();
    const metrics = await task.evaluate(executor, data, signal);
    signal?.throwIfAborted();
    const key = headlineKey(metrics!);
    return { loss: sum / terms, metric: metrics![key]!, key, answers: answers! };
  };

/** The dataset with as many of its test samples, drawn by the seed, or all of them. */
export function withFewer(data: Dataset, samples: number, seed: number): Dataset {
  const { test } = data;
  if (test.count <= samples) return data;
  const random = seeded(seedFor(seed, 'samples'));
  const order = Array.from({ length: test.count }, (_, i) => [random.next(), i] as const);
  const picked = order
    .sort(([a], [b]) => a - b)
    .slice(0, samples)
    .map(([, i]) => i)
    .sort((a, b) => a - b);
  const fewer: Split = {
    count: samples,
    take: (indices, augment) =>
      test.take(
        indices.map((at) => picked[at]!),
        augment,
      ),
  };
  return { ...data, test: fewer };
}
