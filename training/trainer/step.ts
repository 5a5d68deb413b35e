// One training step: forward, loss, backward, part by part of a batch, then one update. Leaves no tensor behind.
import type { ParamName } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Executor } from '../executor/executor';
import type { GradientEdit, MethodLoss, MethodLossValue } from '../methods/method';
import { seedFor } from '../executor/random';
import { clipNorm, clipValue } from '../optimizers/clip';
import type { Optimizer } from '../optimizers/optimizer';
import { partsOf, tensorOf } from './batches-of';
import type { Task } from './task';

export interface StepOptions {
  readonly seed: number;
  /** What is minimised in place of the task's loss. */
  readonly loss?: MethodLoss | undefined;
  /** Adds to gradients what a loss term beside the task's would: cheaper than taping an L1 norm. In place of the old. */
  readonly penalty?: GradientEdit | undefined;
  /** Which of the trainable parameters learn; absent: all. */
  readonly trains?: ((name: ParamName) => boolean) | undefined;
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
  /** Terms of a method's loss by name. */
  readonly parts: Readonly<Record<string, number>>;
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
  const names: string[] = [];
  const results = tf.tidy(() => {
    const { gradients, ...sums } = gathered(executor, task, batch, terms, options);
    optimizer.apply(changed(executor, gradients, options));
    names.push(...sums.values.keys());
    return [...sums.values.values()];
  });
  try {
    const numbers = await Promise.all(results.map(async (result) => (await result.data())[0]!));
    const {
      loss: value,
      correct,
      ...parts
    } = Object.fromEntries(names.map((name, i) => [name, numbers[i]!]));
    const given = Object.entries(parts).map(([name, part]) => [name.slice(partOf.length), part] as const);
    return {
      loss: value!,
      terms,
      parts: Object.fromEntries(given),
      ...(correct === undefined ? {} : { correct }),
    };
  } finally {
    tf.dispose(results);
  }
}

/** Before the names of a method's terms, so that none is taken for the loss. */
const partOf = 'part/';

interface Gathered {
  readonly gradients: Gradients;
  /** `loss`, `correct` where that can be said, and the method's terms: scalars. */
  readonly values: ReadonlyMap<string, tf.Tensor>;
}

/** Loss and gradients of a batch as the weighted sum of its parts. Call it in a tidy. */
function gathered(
  executor: Executor,
  task: Task,
  batch: HostBatch,
  terms: number,
  options: StepOptions,
): Gathered {
  const { seed, parts: count = 1 } = options;
  const parts = partsOf(batch, count);
  let sum: Gathered | undefined;
  for (const [i, part] of parts.entries()) {
    const before = sum;
    // Inside a tidy of its own, so that a part's activations are gone before the next one's.
    const flat = tf.tidy(() => {
      const own = gradientsOf(executor, task, part, {
        ...options,
        seed: i === 0 ? seed : seedFor(seed, `part ${i}`),
      });
      if (parts.length === 1) return packed(own);
      return packed(added(before, own, terms === 0 ? 0 : task.terms(part.targets) / terms));
    });
    if (before) tf.dispose(packed(before).tensors);
    sum = unpacked(flat);
  }
  return sum!;
}

function gradientsOf(
  executor: Executor,
  task: Task,
  { inputs: host, targets }: HostBatch,
  { seed, loss: method, trains }: Pick<StepOptions, 'seed' | 'loss' | 'trains'>,
): Gathered {
  const trainable = executor.parameters.trainable().filter(([name]) => trains?.(name) ?? true);
  const inputs = host.map(tensorOf);
  const given = method?.before?.(inputs, targets) ?? {};
  const kept = new Map<string, tf.Tensor>();
  // The tape's own tidy would free them.
  const keep = (name: string, value: tf.Scalar | undefined) =>
    value && kept.set(name, tf.keep(value.clone()));
  const forward = () => {
    const { outputs, tapped } = executor.answer(inputs, { training: true, seed, taps: method?.taps });
    const plain = () => task.loss(outputs, targets);
    const value: MethodLossValue = method
      ? method.of({ outputs, tapped, targets, given, task: plain })
      : plain();
    keep('correct', value.correct);
    for (const [name, part] of Object.entries(value.parts ?? {})) keep(partOf + name, part);
    return value.loss;
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
    const values = new Map<string, tf.Tensor>([['loss', value]]);
    for (const [name, tensor] of kept) values.set(name, tensor.clone());
    return { gradients, values };
  } finally {
    tf.dispose([...kept.values()]);
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
  const values = new Map<string, tf.Tensor>();
  for (const [name, value] of next.values) {
    const before = sum?.values.get(name);
    // Answers that are right are counted, all else are means.
    if (name === 'correct') values.set(name, before ? tf.add(before, value) : value);
    else values.set(name, weighed(value, before));
  }
  return { gradients, values };
}

interface Packed {
  readonly gradients: readonly ParamName[];
  readonly values: readonly string[];
  /** Values, then gradients: tf's tidy keeps what it finds in lists. */
  readonly tensors: tf.Tensor[];
}

const packed = ({ gradients, values }: Gathered): Packed & tf.TensorContainerObject => ({
  gradients: [...gradients.keys()],
  values: [...values.keys()],
  tensors: [...values.values(), ...gradients.values()],
});

function unpacked({ gradients, values, tensors }: Packed): Gathered {
  return {
    values: new Map(values.map((name, i) => [name, tensors[i]!])),
    gradients: new Map(gradients.map((name, i) => [name, tensors[values.length + i]!])),
  };
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
