// Every kernel on the user's own TensorFlow, its values and all its gradients, against what PyTorch computes.
import { rmSync } from 'node:fs';
import { afterAll, describe } from 'vitest';
import { tensorflowDevice } from '../../native/devices/tensorflow/device';
import { holdKernelsAgainstTorch } from './kernel-cases/hold';
import { linkTensorFlow, noTensorFlow } from './tensorflow';

describe.skipIf(noTensorFlow)(`TensorFlow${noTensorFlow ? ` (${noTensorFlow})` : ''}`, () => {
  let home: string | undefined;
  afterAll(() => home && rmSync(home, { recursive: true, force: true }));
  holdKernelsAgainstTorch('tensorflow', () => {
    home = linkTensorFlow();
    return tensorflowDevice('tensorflow').activate();
  });
});
