// One training step: forward, cross-entropy, backward, update. Leaves no tensor behind.
import type { ParamName } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Executor } from './executor';
import type { Optimizer } from '../optimizers/optimizer';

export interface Batch {
  /** One for each of the model's inputs; batch first, images with channels last. */
  readonly inputs: readonly tf.Tensor[];
  /** One class index a sample. */
  readonly labels: tf.Tensor1D;
}

export interface StepOptions {
  readonly seed: number;
  /** Adds to gradients what a loss term beside cross-entropy would: cheaper than taping an L1 norm. In place of the old. */
  readonly penalty?: (name: ParamName, gradient: tf.Tensor, value: tf.Variable) => tf.Tensor;
}

export interface StepResult {
  /** Mean cross-entropy of the batch, in nats. */
  readonly loss: number;
  readonly correct: number;
}

/** Computes at once; the promise waits only for the numbers, which on a GPU come later. */
export async function trainStep(
  executor: Executor,
  optimizer: Optimizer,
  batch: Batch,
  options: StepOptions,
): Promise<StepResult> {
  const results = tf.tidy(() => {
    const trainable = executor.parameters.trainable();
    let logits: tf.Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(
      () => {
        const output = executor.forward(batch.inputs, {
          training: true,
          seed: options.seed,
        })[0] as tf.Tensor2D;
        logits = tf.keep(output.clone());
        return crossEntropy(output, batch.labels);
      },
      trainable.map(([, variable]) => variable),
    );
    const gradients = new Map<ParamName, tf.Tensor>();
    for (const [name, variable] of trainable) {
      const gradient = grads[variable.name];
      // A layer that the output does not depend on has none.
      if (gradient) gradients.set(name, options.penalty?.(name, gradient, variable) ?? gradient);
    }
    optimizer.apply(gradients);
    const correct = countCorrect(logits!, batch.labels);
    logits!.dispose();
    return [value, correct];
  });
  try {
    const [loss, correct] = await Promise.all(results.map((result) => result.data()));
    return { loss: loss![0]!, correct: correct![0]! };
  } finally {
    tf.dispose(results);
  }
}

/** A batch on the device; the tensors are the caller's to dispose of. */
export function placedBatch({ inputs, targets }: HostBatch): Batch {
  if (targets.kind !== 'classes') throw new Error('a classifier is trained on one class a sample');
  return {
    inputs: inputs.map(({ shape, data }) =>
      tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32'),
    ),
    labels: tf.tensor1d(targets.labels, 'int32'),
  };
}

/** −mean log softmax(logits)[label]. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const targets = tf.oneHot(labels, logits.shape[1]).toFloat();
  return tf.losses.softmaxCrossEntropy(targets, logits);
}

/** How many of the largest logits are at the label, as a scalar tensor. */
export const countCorrect = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.tidy(() => tf.sum(tf.equal(tf.argMax(logits, 1), labels).toInt()));
