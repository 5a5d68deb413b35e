// MaskSparsity watched at its cut: what the network was just before it and is just after it, told with the run's facts.
import type { Dataset } from '../../../../training/data/dataset';
import { crossEntropy } from '../../../../training/losses/cross-entropy';
import type { Method } from '../../../../training/methods/method';
import type { Trainee } from '../../../../training/methods/trainee';
import { tensorOf } from '../../../../training/trainer/batches-of';
import { tf } from '../../../../native/tf';

export function watched(method: Method, data: Dataset): Method {
  return {
    id: method.id,
    prepare(plan) {
      const run = method.prepare(plan);
      const cutAt = run.stages.at(-1)!.begin;
      let seen: Record<string, number> = {};
      return {
        stages: run.stages,
        prunable: run.prunable,
        enter: (step, trainee) => run.enter?.(step, trainee) ?? Promise.resolve(),
        penalty: (step) => run.penalty?.(step),
        async beforeStep(step, trainee) {
          if (step !== cutAt) return run.beforeStep(step, trainee);
          const own = (await run.facts?.(trainee))?.numbers ?? {};
          const before = { loss: await trainLoss(trainee, data), accuracy: await accuracy(trainee, data) };
          await run.beforeStep(step, trainee);
          seen = {
            'before the cut: train loss': before.loss,
            'before the cut: accuracy': before.accuracy,
            'before the cut: kept |γ|': own['mean |γ|: kept'] ?? NaN,
            'before the cut: doomed |γ|': own['mean |γ|: doomed'] ?? NaN,
            'before the cut: largest doomed |γ|': own['largest |γ|: doomed'] ?? NaN,
            'after the cut: accuracy': await accuracy(trainee, data),
          };
        },
        async facts(trainee) {
          const own = await run.facts?.(trainee);
          return { ...own, numbers: { ...own?.numbers, ...seen } };
        },
      };
    },
  };
}

const accuracy = async ({ task, executor }: Trainee, data: Dataset): Promise<number> =>
  (await task.evaluate(executor, data))!['accuracy']!;

/** Mean cross-entropy of the training images, BatchNorm by its running statistics. */
async function trainLoss({ executor }: Trainee, { train }: Dataset): Promise<number> {
  const count = 400;
  let sum = 0;
  for (let from = 0; from < train.count; from += count) {
    const size = Math.min(count, train.count - from);
    const { inputs, targets } = await train.take(Int32Array.from({ length: size }, (_, i) => from + i));
    if (targets.kind !== 'classes') throw new Error('the loss is of classes');
    const mean = tf.tidy(() =>
      crossEntropy(executor.predict(inputs.map(tensorOf))[0]!, tf.tensor1d(targets.labels, 'int32')),
    );
    sum += size * (await mean.data())[0]!;
    mean.dispose();
  }
  return sum / train.count;
}
