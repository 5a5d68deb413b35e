// The mixed distillation of GPUSQ-ViT (arXiv 2305.10727): hard labels, soft logits, and features where teacher and student agree.
import type { ModelGraph, ValueId } from '../../../core/graph/model-graph';
import { tf } from '../../../native/tf';
import { crossEntropy } from '../../losses/cross-entropy';
import { distilLogits } from '../../losses/distil';
import { offTape } from '../../losses/off-tape';
import type { MethodLoss } from '../method';
import { logitsOf } from '../teacher-loss';
import type { Teacher } from '../trainee';

export interface DistillationOptions {
  /** Of cross-entropy, of the divergence of logits, of the distance of features. */
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly temperature: number;
  /** Whether labels are read; otherwise what the teacher answers is the label. */
  readonly supervised: boolean;
  /** Whether features count only for samples that teacher and student agree on. */
  readonly agreeOnly: boolean;
  /** Whether distances are measured by the teacher's own power: a residual stream grows with depth. */
  readonly normalised: boolean;
  /** Values whose features are learnt, and how much each weighs. */
  readonly critical: readonly ValueId[];
  readonly factors: readonly number[];
}

/** What is seen of a step beside its loss: distances before their factors, and the share of samples agreed on. */
export type Seen = (distances: tf.Tensor | undefined, agreement: tf.Tensor) => void;

/** L = α · CE + β · τ² · KL(teacher ‖ student) + γ · Σ w_i · distance of critical layer i. */
export function distillation(
  graph: ModelGraph,
  teacher: Teacher,
  options: DistillationOptions,
  see: Seen,
): MethodLoss {
  const { alpha, beta, gamma, temperature, supervised, critical } = options;
  return {
    taps: new Set(critical),
    before: (inputs) => {
      const { outputs, tapped } = teacher.answer(inputs, new Set(critical));
      const logits = tf.tidy(() => logitsOf(graph, outputs[0]!).clone());
      tf.dispose(outputs);
      return { logits, ...Object.fromEntries(critical.map((id) => [featureOf + id, tapped.get(id)!])) };
    },
    of: ({ outputs, tapped, given, task }) => {
      const [student, answer] = [outputs[0]!, given['logits']!];
      const own = supervised ? task() : undefined;
      const hard = own?.loss ?? crossEntropy(student, tf.argMax(answer, -1));
      const soft = distilLogits(student, answer, temperature);
      const [gate] = offTape(() => [agreed(student, answer)]) as [tf.Tensor1D];
      const distances = critical.map((id) =>
        featureDistance(tapped.get(id)!, given[featureOf + id]!, {
          gate: options.agreeOnly ? gate : tf.onesLike(gate),
          normalised: options.normalised,
        }),
      );
      const all = distances.length === 0 ? undefined : tf.stack(distances);
      see(all, tf.mean(gate));
      const feature = all ? tf.sum<tf.Scalar>(tf.mul(all, tf.tensor1d([...options.factors]))) : tf.scalar(0);
      const loss = tf.addN([tf.mul(hard, alpha), tf.mul(soft, beta), tf.mul(feature, gamma)]);
      return {
        loss: loss as tf.Scalar,
        ...(own?.correct ? { correct: own.correct } : {}),
        parts: { hard, soft, feature },
      };
    },
  };
}

/** Before the names of a teacher's features, so that none is taken for its logits. */
const featureOf = 'feature/';

/** 1 for each sample of which both say the same class. */
export const agreed = (student: tf.Tensor, teacher: tf.Tensor): tf.Tensor1D =>
  tf.cast(tf.equal(tf.argMax(student, -1), tf.argMax(teacher, -1)), 'float32');

/**
 * Mean over the samples of the gate of ‖F_S − F_T‖² / numel, measured by the mean of F_T² where `normalised`; 0 when the
 * gate lets none through.
 * @param student batch × …, of the teacher's shape.
 */
export function featureDistance(
  student: tf.Tensor,
  teacher: tf.Tensor,
  { gate, normalised }: { readonly gate: tf.Tensor1D; readonly normalised: boolean },
): tf.Scalar {
  const samples = gate.shape[0];
  const each = tf.mean(tf.reshape(tf.squaredDifference(student, teacher), [samples, -1]), 1);
  const agreedOn = tf.div(tf.sum(tf.mul(each, gate)), tf.maximum(tf.sum(gate), 1));
  if (!normalised) return agreedOn as tf.Scalar;
  return tf.div(agreedOn, tf.maximum(tf.mean(tf.square(teacher)), 1e-12));
}
