// One training step: forward, loss, backward, part by part of a batch, then one update. Leaves no tensor behind.
import type { ParamName } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { seedFor } from '../executor/random';
import { clipNorm, clipValue } from '../optimizers/clip';
import type { Optimizer } from '../optimizers/optimizer';
import { partsOf, tensorOf } from './batches-of';
import type { Task } from './task';

export interface StepOptions {
  readonly seed: number;
  /** Adds to gradients what a loss term beside the task's would: cheaper than taping an L1 norm. In place of the old. */
  readonly penalty?: (name: ParamName, gradient: tf.Tensor, value: tf.Variable) => tf.Tensor;
  /** Bounds of gradients, before the penalty: of their norm over all parameters, and of each entry. */
  readonly clipNorm?: number | undefined;
  readonly clipValue?: number | undefined;
  /** Parts that the batch is computed in, so that it needs less memory. The step is the same, but for BatchNorm. */
  readonly parts?: number | undefined;
}

export interface StepResult {
  /** Mean loss over the terms. */
  readonly loss: number;
  /** How many of the terms were answered right, where that can be said. */
  readonly correct?: number;
  /** Samples, tokens or images that the loss is the mean of. */
  readonly terms: number;
}

type Gradients = Map<ParamName, tf.Tensor>;

/** Computes at once; the promise waits only for the numbers, which on a GPU come later. */
export async function trainStep(
  executor: Executor,
  optimizer: Optimizer,
  task: Task,
  batch: HostBatch,
  options: StepOptions,
): Promise<StepResult> {
  const terms = task.terms(batch.targets);
  const results = tf.tidy(() => {
    const { gradients, loss, correct } = gathered(executor, task, batch, terms, options);
    optimizer.apply(changed(executor, gradients, options));
    return correct ? [loss, correct] : [loss];
  });
  try {
    const [loss, correct] = await Promise.all(results.map((result) => result.data()));
    return { loss: loss![0]!, terms, ...(correct ? { correct: correct[0]! } : {}) };
  } finally {
    tf.dispose(results);
  }
}

interface Gathered {
  readonly gradients: Gradients;
  readonly loss: tf.Tensor;
  readonly correct?: tf.Tensor | undefined;
}

/** Loss and gradients of a batch as the weighted sum of its parts. Call it in a tidy. */
function gathered(
  executor: Executor,
  task: Task,
  batch: HostBatch,
  terms: number,
  { seed, parts: count = 1 }: StepOptions,
): Gathered {
  const parts = partsOf(batch, count);
  let sum: Gathered | undefined;
  for (const [i, part] of parts.entries()) {
    const before = sum;
    // Inside a tidy of its own, so that a part's activations are gone before the next one's.
    const flat = tf.tidy(() => {
      const own = gradientsOf(executor, task, part, i === 0 ? seed : seedFor(seed, `part ${i}`));
      if (parts.length === 1) return packed(own);
      return packed(added(before, own, terms === 0 ? 0 : task.terms(part.targets) / terms));
    });
    if (before) tf.dispose(packed(before).tensors);
    sum = unpacked(flat);
  }
  return sum!;
}

function gradientsOf(executor: Executor, task: Task, batch: HostBatch, seed: number): Gathered {
  const trainable = executor.parameters.trainable();
  const inputs = batch.inputs.map(tensorOf);
  let kept: tf.Tensor | undefined;
  const forward = () => {
    const { loss, correct } = task.loss(executor.forward(inputs, { training: true, seed }), batch.targets);
    // The tape's own tidy would free it.
    kept = correct && tf.keep(correct.clone());
    return loss;
  };
  try {
    const { value, grads } = tf.variableGrads(
      forward,
      trainable.map(([, variable]) => variable),
    );
    const gradients: Gradients = new Map();
    for (const [name, variable] of trainable) {
      const gradient = grads[variable.name];
      // A layer that the loss does not depend on has none.
      if (gradient) gradients.set(name, gradient);
    }
    return { gradients, loss: value, correct: kept?.clone() };
  } finally {
    kept?.dispose();
  }
}

function added(sum: Gathered | undefined, next: Gathered, share: number): Gathered {
  const weighed = (tensor: tf.Tensor, before: tf.Tensor | undefined) => {
    const own = tf.mul(tensor, share);
    return before ? tf.add(before, own) : own;
  };
  const gradients: Gradients = new Map();
  for (const [name, gradient] of next.gradients)
    gradients.set(name, weighed(gradient, sum?.gradients.get(name)));
  return {
    gradients,
    loss: weighed(next.loss, sum?.loss),
    correct: next.correct && (sum?.correct ? tf.add(sum.correct, next.correct) : next.correct),
  };
}

interface Packed {
  readonly names: readonly ParamName[];
  /** Loss, gradients, and how many were right where that is there: tf's tidy keeps what it finds in lists. */
  readonly tensors: tf.Tensor[];
}

const packed = ({ gradients, loss, correct }: Gathered): Packed & tf.TensorContainerObject => ({
  names: [...gradients.keys()],
  tensors: [loss, ...gradients.values(), ...(correct ? [correct] : [])],
});

function unpacked({ names, tensors: [loss, ...rest] }: Packed): Gathered {
  const gradients: Gradients = new Map(names.map((name, i) => [name, rest[i]!]));
  return { gradients, loss: loss!, correct: rest[names.length] };
}

/** Clipped, with the penalty added: a bound on a loss's slope is none on what makes a model sparse. */
function changed(
  executor: Executor,
  gradients: Gradients,
  { penalty, clipNorm: norm, clipValue: value }: StepOptions,
): ReadonlyMap<ParamName, tf.Tensor> {
  let out: ReadonlyMap<ParamName, tf.Tensor> = gradients;
  // 0 sets no bound, as recipes say it.
  if (value) out = clipValue(out, value);
  if (norm) out = clipNorm(out, norm);
  if (!penalty) return out;
  return new Map(
    [...out].map(([name, gradient]) => [name, penalty(name, gradient, executor.parameters.variable(name))]),
  );
}
