// The baselines, which train every weight: gradual magnitude pruning, and movement pruning (Sanh et al. 2020, arXiv 2005.07683).
import type { ParamName } from '../../../../core/graph/model-graph';
import { sparsityOf } from '../../../../core/recipe/sparsity-of';
import { unstructured } from '../../../../core/sparsity/patterns/unstructured';
import { cubic } from '../../../../core/sparsity/schedules/cubic';
import { tf } from '../../../../native/tf';
import { headLayers } from '../../../../training/methods/heads';
import { LiveMasks } from '../../../../training/methods/live-masks';
import { matrixLayers } from '../../../../training/methods/matrix-layers';
import type { Method, MethodRun, Plan } from '../../../../training/methods/method';
import { densityOf } from '../../../../training/methods/pst/layers';
import type { Trainee } from '../../../../training/methods/trainee';
import { additiveShare, shuffled, topShare } from './spectrum';

/** Before the names of movement pruning's scores. */
export const scores = 'mvp/S/';

/** Shares of the steps before and after the ramp: PST's. */
const [warm, hold] = [0.1, 0.3];

/** Steps between two looks at the scores' spectrum. */
const looks = 37;

export const magnitude: Method = { id: 'magnitude', prepare: (plan) => pruned(plan, false) };
export const movement: Method = { id: 'movement', prepare: (plan) => pruned(plan, true) };

function pruned({ graph, recipe, totalSteps }: Plan, isMovement: boolean): MethodRun {
  const sparsity = sparsityOf(recipe);
  const heads = headLayers(graph);
  const layers = matrixLayers(graph).filter(({ node }) => !heads.has(node));
  const prunable = layers.map(({ param }) => param);
  const masks = new LiveMasks(layers, unstructured, 'full/mask/');
  const ramp = cubic({ begin: warm * totalSteps, end: (1 - hold) * totalSteps, every: 1 });
  const own = new Map<ParamName, tf.Variable>();
  let spectrum: Record<string, number> = {};

  const refresh = (trainee: Trainee, v: number) =>
    masks.refresh(trainee, {
      density: (layer) => densityOf(layer, v),
      ...(isMovement
        ? {
            score: async ({ param }) =>
              (await trainee.executor.parameters.toFramework(param, own.get(param)!)).data as Float32Array,
          }
        : {}),
    });

  return {
    stages: [{ name: 'sparse', begin: 0, training: {} }],
    prunable,
    async enter(_, trainee) {
      await masks.enter(trainee);
      for (const param of isMovement ? prunable : []) {
        const { shape } = trainee.executor.parameters.variable(param);
        own.set(
          param,
          trainee.variable(scores + param, () => tf.zeros(shape)),
        );
      }
      trainee.setHooks({
        weight(name, value) {
          if (!masks.has(name)) return value;
          const [mask, score] = [masks.tensor(name), own.get(name)];
          return score ? masked(value, score, mask) : tf.mul(value, mask);
        },
      });
    },
    async beforeStep(step, trainee) {
      if (step === 0) await trainee.keepDense();
      if (isMovement && step > 0 && step % looks === 0) spectrum = await spectrumOf(own.get(prunable[1]!)!);
      await refresh(trainee, ramp.sparsityAt(step, sparsity));
    },
    async finish(trainee) {
      if (isMovement) spectrum = await spectrumOf(own.get(prunable[1]!)!);
      await refresh(trainee, sparsity);
      trainee.setHooks(undefined);
      masks.settle(trainee);
    },
    async facts() {
      const { numbers } = await masks.facts('pruned', 'S');
      return { numbers: { ...numbers, ...spectrum } };
    },
  };
}

/** M ∘ W; back dW = G ∘ M and dS = G ∘ W. */
const masked = (weight: tf.Tensor, score: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  tf.customGrad((w: unknown, _: unknown, save: unknown) => {
    const tensor = w as tf.Tensor;
    (save as (tensors: tf.Tensor[]) => void)([tensor]);
    return {
      value: tf.mul(tensor, mask),
      gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => [
        tf.mul(dy as tf.Tensor, mask),
        tf.mul(dy as tf.Tensor, saved[0]!),
      ],
    };
  })(weight, score);

/** The paper's premise, of the layer in the middle: beside the same numbers in any order. */
async function spectrumOf(score: tf.Variable): Promise<Record<string, number>> {
  const values = (await score.data()) as Float32Array;
  const [rows, cols] = score.shape as [number, number];
  const any = shuffled(values, 1);
  return {
    'scores: in 8 singular values': topShare(values, rows, cols, 8),
    'shuffled: in 8 singular values': topShare(any, rows, cols, 8),
    'scores: in means of rows and columns': additiveShare(values, rows, cols),
    'shuffled: in means of rows and columns': additiveShare(any, rows, cols),
  };
}
