// Pre-training: two heads tell the two latents, the small one for half of the loss.
import { tf } from '../../../../native/tf';
import { crossEntropy } from '../../../../training/losses/cross-entropy';
import type { Method, MethodLoss } from '../../../../training/methods/method';
import { classes } from './latents';

const loss: MethodLoss = {
  of({ outputs: [a, b], targets }) {
    if (targets.kind !== 'classes') throw new Error('the loss is of classes');
    const labels = (of: (pair: number) => number) => tf.tensor1d(targets.labels.map(of), 'int32');
    const first = crossEntropy(
      a!,
      labels((pair) => pair % classes),
    );
    const second = crossEntropy(
      b!,
      labels((pair) => Math.floor(pair / classes)),
    );
    return { loss: tf.add(first, tf.mul(second, 0.5)) };
  },
};

export const pretrain: Method = {
  id: 'pretrain',
  prepare: () => ({
    stages: [{ name: 'dense', begin: 0 }],
    prunable: [],
    beforeStep: () => Promise.resolve(),
    loss: () => loss,
  }),
};
