// A method as the reproduction runs it: with rates of their own for head and scores, and its logits watched while it folds.
import type { ParamName } from '../../../../core/graph/model-graph';
import { tf } from '../../../../native/tf';
import type { Dataset } from '../../../../training/data/dataset';
import type { Method } from '../../../../training/methods/method';
import type { Trainee } from '../../../../training/methods/trainee';
import { tensorOf } from '../../../../training/trainer/batches-of';
import { RatedAdam } from './rated-adam';

/** @param shareOf the learning rate of a variable as a share of the recipe's. */
export function measured(method: Method, data: Dataset, shareOf: (name: ParamName) => number): Method {
  return {
    id: method.id,
    prepare(plan) {
      const run = method.prepare(plan);
      let difference: number | undefined;
      return {
        stages: run.stages.map((stage) => ({
          ...stage,
          training: {
            ...stage.training,
            make: (parameters, rate) => new RatedAdam(parameters, rate, shareOf),
          },
        })),
        prunable: run.prunable,
        enter: (step, trainee) => run.enter?.(step, trainee) ?? Promise.resolve(),
        beforeStep: (step, trainee) => run.beforeStep(step, trainee),
        trains: (name, step) => run.trains?.(name, step) ?? true,
        async finish(trainee) {
          // The masks of the last factors, while they are factors yet.
          await run.beforeStep(plan.totalSteps, trainee);
          const before = await logits(trainee, data);
          await run.finish?.(trainee);
          const after = await logits(trainee, data);
          difference = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i]!)), 0);
        },
        async facts(trainee) {
          const { numbers, ...own } = (await run.facts?.(trainee)) ?? {};
          return {
            ...own,
            numbers: { ...numbers, ...(difference === undefined ? {} : { 'logits apart': difference }) },
          };
        },
      };
    },
  };
}

/** Of 500 points of the test split. */
async function logits({ executor }: Trainee, { test }: Dataset): Promise<Float32Array> {
  const { inputs } = await test.take(Int32Array.from({ length: 500 }, (_, i) => i));
  const answer = tf.tidy(() => executor.predict(inputs.map(tensorOf))[0]!);
  const values = (await answer.data()) as Float32Array;
  answer.dispose();
  return values;
}
