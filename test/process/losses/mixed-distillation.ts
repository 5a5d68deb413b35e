// GPUSQ-ViT's mixed distillation from its formula (section 2.3 of arXiv 2305.10727 as we read it), with real PyTorch's autograd.
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';
import { tf } from '../../../native/tf';
import { crossEntropy } from '../../../training/losses/cross-entropy';
import { distillation, type DistillationOptions } from '../../../training/methods/gpusq-vit/distillation';
import { randomTensor } from '../../unit/export/models';
import type { Case } from './case';

export const mixedInTorch = `
def mixed(z, a, b, t, ta, tb, labels, agree_only, normalised, factors, alpha, beta, gamma, tau):
    hard = F.cross_entropy(z, t.argmax(-1) if labels is None else torch.tensor(labels))
    soft = tau ** 2 * F.kl_div(F.log_softmax(z / tau, -1), F.softmax(t / tau, -1), reduction="batchmean")
    gate = (z.argmax(-1) == t.argmax(-1)).float() if agree_only else torch.ones(len(z))
    feature = 0
    for student, teacher, factor in ((a, ta, factors[0]), (b, tb, factors[1])):
        each = ((student - teacher) ** 2).flatten(1).mean(1)
        distance = (each * gate).sum() / gate.sum().clamp(min=1)
        feature = feature + factor * (distance / (teacher ** 2).mean() if normalised else distance)
    return alpha * hard + beta * soft + gamma * feature
`;

const [rows, classes] = [6, 5] as const;
const labels = [3, 0, 1, 4, 2, 2];
const values = (shape: number[], seed: number) => randomTensor(shape, seed, -2, 2);
const student = values([rows, classes], 31);

/** Every other row says the same class as the student, the rest the opposite; in `none` all do the latter. */
const teacherOf = (share: 'half' | 'none'): TensorData => ({
  shape: [rows, classes],
  data: student.data.map((value, i) =>
    share === 'half' && Math.floor(i / classes) % 2 === 0 ? 0.6 * value + 0.01 * (i % 3) : -0.8 * value,
  ),
});
const features = [32, 33, 34, 35].map((seed, i) => values(i % 2 === 0 ? [rows, 3, 4] : [rows, 7], seed));

const builder = new GraphBuilder('pytorch');
const [output] = builder.add(
  'linear',
  [builder.input([N, 4])],
  { inFeatures: 4, outFeatures: classes, bias: true },
  { path: 'head' },
);
const graph = builder.finish('net', [output!]);

type Options = Partial<Pick<DistillationOptions, 'supervised' | 'agreeOnly' | 'normalised' | 'factors'>>;

function mixed(name: string, options: Options = {}, share: 'half' | 'none' = 'half'): Case {
  const { supervised = true, agreeOnly = true, normalised = true, factors = [1, 1] } = options;
  const [alpha, beta, gamma, temperature] = [1, 10, 5, 3];
  const python = (flag: boolean) => (flag ? 'True' : 'False');
  const asked = [
    supervised ? JSON.stringify(labels) : 'None',
    python(agreeOnly),
    python(normalised),
    JSON.stringify(factors),
    ...[alpha, beta, gamma, temperature],
  ];
  return {
    name: `GPUSQ-ViT's mixed distillation: ${name}`,
    inputs: [student, features[0]!, features[1]!, teacherOf(share), features[2]!, features[3]!],
    // Where nobody agrees, no feature has a slope.
    learnt: share === 'none' && agreeOnly ? 1 : 3,
    torch: `mixed(*inputs, ${asked.join(', ')})`,
    loss: ([z, a, b, t, ta, tb]) => {
      const kept = (x: tf.Tensor | undefined) => x!.clone();
      const teacher = {
        answer: () => ({
          outputs: [kept(t)],
          tapped: new Map([
            ['a', kept(ta)],
            ['b', kept(tb)],
          ]),
        }),
      };
      const mixedLoss = distillation(
        graph,
        teacher,
        {
          ...{ alpha, beta, gamma, temperature, supervised, agreeOnly, normalised, factors },
          critical: ['a', 'b'],
        },
        () => undefined,
      );
      const targets = { kind: 'classes' as const, labels: Int32Array.from(labels) };
      const task = () => ({ loss: crossEntropy(z!, tf.tensor1d(labels, 'int32')) });
      const tapped = new Map([
        ['a', a!],
        ['b', b!],
      ]);
      const given = mixedLoss.before!([], targets);
      return mixedLoss.of({ outputs: [z!], tapped, targets, given, task }).loss;
    },
  };
}

export const mixedCases: readonly Case[] = [
  mixed('half of the samples agreed on'),
  mixed('none agreed on', {}, 'none'),
  mixed('every sample', { agreeOnly: false }),
  mixed('distances as they are', { normalised: false }),
  mixed("the teacher's labels, and factors", { supervised: false, factors: [1.6, 0.4] }),
];
