// One class a sample: cross-entropy, accuracy, and whether the model's confidence can be believed.
import type { ModelGraph } from '../../core/graph/model-graph';
import { formatShape, isBatch } from '../../core/graph/shape';
import type { Metrics } from '../../core/runs/run-record';
import { tf } from '../../native/tf';
import type { Dataset, Targets } from '../data/dataset';
import { requireInputs } from '../data/fit';
import type { Executor } from '../executor/executor';
import { crossEntropy } from '../losses/cross-entropy';
import { Calibration } from '../metrics/calibration';
import { eachAnswer } from '../trainer/batches-of';
import type { Task, TaskKind, TaskLoss } from '../trainer/task';

/** From so many classes on, whether the right one is among the five best is told too, as ImageNet has it. */
const manyClasses = 20;

export const classification: TaskKind = {
  kind: 'classes',
  of(graph, data, { labelSmoothing = 0 }) {
    requireInputs(graph, data);
    requireLogits(graph, data);
    return new Classification(endsInSoftmax(graph), labelSmoothing);
  },
};

export class Classification implements Task {
  /** @param isChance whether the model answers chances rather than logits at inference. */
  constructor(
    private readonly isChance = false,
    private readonly smoothing = 0,
  ) {}

  /** Of the first output; others are auxiliary and go without. */
  loss([logits]: readonly tf.Tensor[], targets: Targets): TaskLoss {
    const labels = tf.tensor1d(labelsOf(targets), 'int32');
    const { smoothing } = this;
    return { loss: crossEntropy(logits!, labels, { smoothing }), correct: countCorrect(logits!, labels) };
  }

  terms(targets: Targets): number {
    return labelsOf(targets).length;
  }

  async evaluate(executor: Executor, data: Dataset, signal?: AbortSignal): Promise<Metrics | undefined> {
    const calibration = new Calibration();
    const size = data.inputs.reduce((sum, { shape }) => sum + shape.reduce((n, dim) => n * dim, 1), 0);
    let [first, five, classes] = [0, 0, 0];
    const done = await eachAnswer(executor, data.test, size, signal, async ([output], { targets }) => {
      const answers = (await output!.data()) as Float32Array;
      classes = output!.shape[1]!;
      labelsOf(targets).forEach((label, i) => {
        const row = answers.subarray(i * classes, (i + 1) * classes);
        const { place, confidence } = judged(row, label, this.isChance);
        if (place === 0) first++;
        if (place < 5) five++;
        calibration.add(confidence, place === 0);
      });
    });
    if (!done) return undefined;
    const { count } = data.test;
    return {
      accuracy: first / count,
      ...(classes >= manyClasses ? { top5: five / count } : {}),
      calibrationError: calibration.error,
    };
  }
}

/** How many classes come before the right one (of equal ones the earlier), and the chance that the best is given. */
function judged(row: Float32Array, label: number, isChance: boolean): { place: number; confidence: number } {
  const own = row[label]!;
  let place = 0;
  let best = -Infinity;
  row.forEach((value, i) => {
    if (value > own || (value === own && i < label) || Number.isNaN(own)) place++;
    best = Math.max(best, value);
  });
  const confidence = isChance ? best : 1 / row.reduce((sum, value) => sum + Math.exp(value - best), 0);
  return { place, confidence };
}

/** How many of the largest logits are at the label, as a scalar tensor. */
export const countCorrect = (logits: tf.Tensor, labels: tf.Tensor): tf.Scalar =>
  tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), labels), 'int32')));

function labelsOf(targets: Targets): Int32Array {
  if (targets.kind !== 'classes') throw new Error(`a classifier cannot learn from ${targets.kind}`);
  return targets.labels;
}

const endsInSoftmax = ({ nodes, outputs }: ModelGraph): boolean =>
  nodes.some(({ op, outputs: [made] }) => op === 'softmax' && made === outputs[0]);

function requireLogits(graph: ModelGraph, { name, targets }: Dataset): void {
  const [output = [], ...others] = graph.outputs.map((id) => graph.values[id]!.shape);
  const [batch, logits, ...more] = output;
  if (batch === undefined || logits === undefined || isBatch(logits) || more.length > 0)
    throw new Error(
      `${graph.name} answers ${formatShape(output)}; a classifier answers one row of logits a sample`,
    );
  const other = others.find((shape) => formatShape(shape) !== formatShape(output));
  if (other)
    throw new Error(
      `${graph.name} answers ${formatShape(output)} and ${formatShape(other)}; a classifier answers logits alone, or auxiliary ones of the same shape after them`,
    );
  if (targets.kind === 'classes' && Number(logits) < targets.classes)
    throw new Error(`${graph.name} tells ${logits} classes apart, but ${name} has ${targets.classes}`);
}
