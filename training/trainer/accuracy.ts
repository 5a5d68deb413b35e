// Test accuracy, measured in batches with turns for others in between.
import { tf } from '../../native/tf';
import { type Dataset, takeImages, takeLabels } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { countCorrect } from '../executor/step';
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
    const right = tf.tidy(() => {
      const x = tf.tensor4d(takeImages(data, data.test, indices), [indices.length, ...data.shape]);
      const logits = executor.predict([x])[0] as tf.Tensor2D;
      return countCorrect(logits, tf.tensor1d(takeLabels(data.test, indices), 'int32'));
    });
    correct += (await right.data())[0]!;
    right.dispose();
    await nextTurn();
  }
  return correct / count;
}
