// Learning from the dense model while being pruned: a share of the loss is how far the answers are from its answers.
import type { ModelGraph } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import { distilLogits } from '../losses/distil';
import type { MethodLoss } from './method';
import type { Teacher } from './trainee';

export interface TeacherLossOptions {
  /** Of the divergence; the rest is the task's own loss. 0 … 1. */
  readonly share: number;
  readonly temperature: number;
}

/** share · T² · KL(teacher ‖ student) + (1 − share) · task loss, on the first output. */
export const teacherLoss = (
  graph: ModelGraph,
  teacher: Teacher,
  { share, temperature }: TeacherLossOptions,
): MethodLoss => ({
  before: (inputs) => ({ logits: tf.tidy(() => logitsOf(graph, teacher.answer(inputs).outputs[0]!)) }),
  of: ({ outputs, given, task }) => {
    const { loss: hard, correct } = task();
    const soft = distilLogits(outputs[0]!, given['logits']!, temperature);
    const loss = tf.add<tf.Scalar>(tf.mul(soft, share), tf.mul(hard, 1 - share));
    return { loss, ...(correct ? { correct } : {}), parts: { task: hard, distillation: soft } };
  },
});

/** What a model answers at inference as logits: those that end in a softmax answer chances, whose logarithm serves as well. */
export function logitsOf(graph: ModelGraph, output: tf.Tensor): tf.Tensor {
  const last = graph.nodes.find(({ outputs: [made] }) => made === graph.outputs[0]);
  return last?.op === 'softmax' ? tf.log(tf.maximum(output, 1e-12)) : output;
}
