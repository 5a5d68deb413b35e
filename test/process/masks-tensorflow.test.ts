// Masks as bits on the user's own TensorFlow.
import { rmSync } from 'node:fs';
import { afterAll, describe } from 'vitest';
import { tensorflowDevice } from '../../native/devices/tensorflow/device';
import { holdMasks } from '../unit/native/hold-masks';
import { linkTensorFlow, noTensorFlow } from './tensorflow';

describe.skipIf(noTensorFlow)(`TensorFlow${noTensorFlow ? ` (${noTensorFlow})` : ''}`, () => {
  let home: string | undefined;
  afterAll(() => home && rmSync(home, { recursive: true, force: true }));
  holdMasks('masks', true, () => {
    home = linkTensorFlow();
    return tensorflowDevice('tensorflow').activate();
  });
});
