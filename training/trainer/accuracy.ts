// Test accuracy, measured in batches with turns for others in between.
import { tf } from '../../native/tf';
import type { Dataset } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { countCorrect, placedBatch } from '../executor/step';
import { nextTurn } from './next-turn';

/** Large enough that kernels are busy, small enough that a request waits for less than a step. */
const batch = 100;

/** Share of the test samples whose largest logit is the right one; undefined when aborted. */
export async function testAccuracy(
  executor: Executor,
  data: Dataset,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { count } = data.test;
  let correct = 0;
  for (let from = 0; from < count; from += batch) {
    if (signal?.aborted) return undefined;
    const indices = Int32Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
    const taken = await data.test.take(indices);
    const right = tf.tidy(() => {
      const { inputs, labels } = placedBatch(taken);
      return countCorrect(executor.predict(inputs)[0] as tf.Tensor2D, labels);
    });
    correct += (await right.data())[0]!;
    right.dispose();
    await nextTurn();
  }
  return correct / count;
}
