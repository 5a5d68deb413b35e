// Looks at a model through a few batches without training it: gradients of its loss, statistics of its BatchNorms.
import type { ParamName } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Executor } from '../executor/executor';
import { seedFor } from '../executor/random';
import { tensorOf } from './batches-of';
import type { Task } from './task';

/** Gradients of the task's loss as in training, mean over the batches; running statistics are put back. The caller disposes. */
export function meanGradients(
  executor: Executor,
  task: Task,
  batches: readonly HostBatch[],
  seed: number,
): Map<ParamName, tf.Tensor> {
  const trainable = executor.parameters.trainable();
  const sums = new Map<ParamName, tf.Tensor>();
  const before = runningOf(executor).map(({ variable }) => [variable, variable.clone()] as const);
  for (const [i, batch] of batches.entries()) {
    const inputs = batch.inputs.map(tensorOf);
    const { value, grads } = tf.variableGrads(
      () =>
        task.loss(
          executor.forward(inputs, { training: true, seed: seedFor(seed, `look ${i}`) }),
          batch.targets,
        ).loss,
      trainable.map(([, variable]) => variable),
    );
    for (const [name, variable] of trainable) {
      const gradient = grads[variable.name];
      if (!gradient) continue;
      const old = sums.get(name);
      sums.set(
        name,
        tf.tidy(() => {
          const share = tf.div(gradient, batches.length);
          return old ? tf.add(old, share) : share;
        }),
      );
      old?.dispose();
    }
    tf.dispose([value, grads, inputs]);
  }
  for (const [variable, value] of before) {
    variable.assign(value);
    value.dispose();
  }
  return sums;
}

/**
 * Running statistics as the plain mean over the batches, as PyTorch has them with `momentum=None`: after surgery they
 * are those of another model. Dropout is on, as in training.
 */
export function recalibrate(executor: Executor, batches: readonly HostBatch[], seed: number): void {
  const running = runningOf(executor);
  if (running.length === 0 || batches.length === 0) return;
  const sums: tf.Tensor[] = running.map(({ variable }) => tf.zeros(variable.shape));
  for (const [i, batch] of batches.entries()) {
    const inputs = batch.inputs.map(tensorOf);
    // From zero, what a pass leaves is momentum × the batch's own statistics.
    for (const { variable } of running) tf.tidy(() => variable.assign(tf.zeros(variable.shape)));
    tf.tidy(() => void executor.forward(inputs, { training: true, seed: seedFor(seed, `calibrate ${i}`) }));
    running.forEach(({ variable, momentum }, j) => {
      const sum = tf.tidy(() => tf.add(sums[j]!, tf.div(variable, momentum)));
      sums[j]!.dispose();
      sums[j] = sum;
    });
    tf.dispose(inputs);
  }
  running.forEach(({ variable }, j) => {
    tf.tidy(() => variable.assign(tf.div(sums[j]!, batches.length)));
    sums[j]!.dispose();
  });
}

interface Running {
  readonly variable: tf.Variable;
  readonly momentum: number;
}

/** Running means and variances that a training pass changes, each once. */
function runningOf({ graph, parameters }: Executor): Running[] {
  const found = new Map<ParamName, Running>();
  for (const { params, attrs } of graph.nodes)
    for (const role of ['running_mean', 'running_var']) {
      const name = params[role];
      const momentum = Number(attrs['momentum'] ?? 0.1);
      if (name === undefined || momentum === 0 || !parameters.has(name)) continue;
      found.set(name, { variable: parameters.variable(name), momentum });
    }
  return [...found.values()];
}
