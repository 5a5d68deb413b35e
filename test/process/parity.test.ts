// Whole models beside PyTorch in double precision: output, gradients, and a step of SGD and AdamW. `npm run bench:parity`
// does it for thirty architectures beside current packages; these are those that Debian's PyTorch can run.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../native/devices/wasm';
import { parityCases } from '../bench/parity/cases';
import { type Apart, compare } from '../bench/parity/compare';
import { noTorch } from './torch';

const place = {
  python: '/usr/bin/python3',
  distDir: path.resolve('dist'),
  here: path.resolve('test/bench/parity'),
  packages: ['/usr/lib/python3/dist-packages'],
};
const chosen = [
  'ResNet-20',
  'mobilenet_v3_small',
  'U-Net',
  'YOLOv8-n',
  'Mamba, scan unrolled',
  'Mamba, layers of mamba-ssm',
  'BiLSTM',
];

describe.skipIf(noTorch)(`a whole model and PyTorch agree${noTorch ? ` (${noTorch})` : ''}`, () => {
  beforeAll(() => wasmDevice(place.distDir).activate());

  it.each(chosen)('on %s', async (id) => {
    const entry = parityCases.find((candidate) => candidate.id === id)!;
    const { transposes, forward, gradients, sgd, adamw } = await compare(entry, place);
    /** As exact as asked, or twice as far off as PyTorch in single precision is itself. */
    const holds = ({ ours, own }: Apart, goal: number) =>
      expect(ours).toBeLessThanOrEqual(Math.max(goal, 2 * own));
    holds(forward, 1e-4);
    holds(gradients, 1e-3);
    holds(sgd, 1e-3);
    holds(adamw, 1e-3);
    // What is made of convolutions alone never changes the order of axes.
    if (id === 'ResNet-20') expect(transposes).toBe(0);
  });
});
