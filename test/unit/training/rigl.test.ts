// RigL and SET: the same number of weights at every step, other ones, and runs that stop and go on.
import { beforeAll, describe, expect, it } from 'vitest';
import { density, unpackMask } from '../../../core/sparsity/mask';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { distDir, tinyNet, tinyRecipe } from './support';
import { Trial } from './trial';

let data: Dataset;
const trial = new Trial(tinyNet(), () => data);
beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});
const recipeOf = (grow: string) => tinyRecipe('rigl', { sparsity: 0.8, options: { grow, maskEvery: 4 } });

describe.each(['gradient', 'random', 'never'])('growing by %s', (grow) => {
  it('goes on after stops as if there had been none', () =>
    trial.expectSameAfterStops(recipeOf(grow), [1, 4, 8, 20]));

  it('keeps as many weights of every layer throughout, and exchanges some', async () => {
    const before = tf.memory().numTensors;
    const run = await trial.newRun(recipeOf(grow));
    await trial.train(run, recipeOf(grow), 3);
    const first = await run.masks();
    await trial.train(run, recipeOf(grow));
    const last = await run.masks();
    expect(tf.memory().numTensors).toBe(before);
    let changed = 0;
    for (const [name, mask] of first) {
      expect(density(last.get(name)!)).toBe(density(mask));
      const now = unpackMask(last.get(name)!);
      unpackMask(mask).forEach((bit, i) => (changed += bit === now[i] ? 0 : 1));
    }
    expect(changed > 0).toBe(grow !== 'never');
  });
});
