// Weights that an earlier run pruned are trained on: the run says how many of them are zero.
import { beforeAll, expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { distDir, tinyNet, tinyRecipe } from './support';
import { Trial } from './trial';

const graph = tinyNet();
const recipe = tinyRecipe('nm-magnitude', { options: { maskEvery: 2, denseShare: 0, rampShare: 0.2 } });
let data: Dataset;

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

it('says once that half of what it starts from is zero, and nothing of weights that are dense', async () => {
  const begun = new Trial(graph, () => data);
  const dense = await begun.newRun(recipe);
  await begun.train(dense, recipe);
  expect((await dense.record()).notice ?? '').not.toContain('zero already');

  const { weights } = await dense.sparseModel();
  const again = new Trial(graph, () => data, weights);
  const run = await again.newRun(recipe);
  for (const stop of [4, 8, Infinity]) await again.train(run, recipe, stop);
  const notices = (await run.record()).notice!.split('zero already');
  expect(notices).toHaveLength(2);
  expect(notices[0]).toMatch(/50\.0 % of the prunable weights are $/);

  const whole = new Trial(graph, () => data, (await dense.denseModel()).weights);
  const other = await whole.newRun(recipe);
  await whole.train(other, recipe, 4);
  expect((await other.record()).notice ?? '').not.toContain('zero already');
});
