// Training to a budget: what the three methods that cut channels leave, what is refused before a step, what a resumed run keeps.
import { beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import type { Recipe } from '../../../core/recipe/recipe';
import { evenDial, firstOf, widthsOf } from '../../../core/sparsity/allocators/channels/dial';
import { leastWidths } from '../../../core/sparsity/allocators/channels/threshold';
import { wasmDevice } from '../../../native/devices/wasm';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { Parameters } from '../../../training/executor/parameters';
import { deviceEngine } from '../../../training/latency/device-engine';
import { engineTarget } from '../../../training/latency/target';
import { cutGroups } from '../../../training/methods/channels/groups';
import { keptChannels, leastChannels } from '../../../training/methods/yolo-compression/channels';
import { meetCost, shareOf } from '../../../core/sparsity/allocators/channels/meet-cost';
import { DeviceTurns } from '../../../training/trainer/device-turns';
import { prepareRun } from '../../../training/trainer/prepare-run';
import { distDir, tempFolder, tinyNet, tinyRecipe } from './support';
import { Trial } from './trial';

const graph = tinyNet(16);
const dense = graphCost(graph).macs;
let data: Dataset;
const trial = new Trial(graph, () => data);

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

function budgeted(method: string, budget: Recipe['budget'], options: Recipe['options'] = {}): Recipe {
  const { sparsity: _, ...rest } = tinyRecipe(method, { options });
  return { ...rest, budget: budget! };
}
const slimming = { roundTo: 1, sparsifyShare: 0.4 };
const masking = { baselineShare: 0.25, sparseShare: 0.25, roundTo: 1, recalibrate: 2 };

describe('a run to half of the MACs', () => {
  it.each<[string, Recipe['options']]>([
    ['network-slimming', slimming],
    ['mask-sparsity', masking],
    ['mask-sparsity', { ...masking, threshold: 'quantile', maskSource: 'baseline' }],
    ['mask-sparsity', { ...masking, cutBy: 'scales' }],
  ])('of %s with %j ends there, and says so', async (method, options) => {
    const recipe = budgeted(method, { macs: 0.5 }, options);
    const run = await trial.newRun(recipe);
    expect(await trial.train(run, recipe)).toBeDefined();
    const { macs } = graphCost((await run.sparseModel()).graph);
    expect(macs).toBeLessThanOrEqual(0.5 * dense);
    // A channel of either group is less than a tenth of the net.
    expect(macs).toBeGreaterThan(0.4 * dense);
    const { budget } = await run.record();
    expect(budget).toMatchObject({ asked: { macs: 0.5 }, macs: { dense } });
    if (options['cutBy'] !== 'scales') expect(budget!.macs.sparse).toBe(macs);
    else expect(macs).toBeLessThanOrEqual(budget!.macs.sparse);
  });

  it('goes on after stops as if it had never stopped', async () => {
    await trial.expectSameAfterStops(budgeted('network-slimming', { macs: 0.5 }, slimming), [9, 12, 14, 20]);
  });

  it('of classes of a detector takes the same share of each, or the smallest of all', async () => {
    const { groups } = cutGroups({ graph, recipe: {} });
    const left = shareOf(graph, 'macs');
    const weights = Parameters.initial(graph, 1);
    for (const scope of ['layer', 'global'] as const) {
      const cut = {
        ...({
          graph,
          groups,
          ratio: 1,
          scope,
          criterion: 'l1',
          roundTo: 1,
          minChannels: 1,
          seed: 1,
        } as const),
      };
      const kept = await keptChannels(
        cut,
        (name) => Promise.resolve(weights.get(name)!),
        (dial) => Promise.resolve(meetCost(graph, dial, { of: 'macs', share: 0.5 })),
      );
      expect(left(kept)).toBeLessThanOrEqual(0.5);
      expect(left(kept)).toBeGreaterThan(0.4);
      if (scope === 'layer') expect(new Set(widthsOf(kept).values()).size).toBe(1);
      expect([...widthsOf(leastChannels(cut)).values()]).toEqual([1, 1]);
    }
  });
});

describe('a budget out of reach', () => {
  it('of MACs is refused before there is a run', async () => {
    const recipe = budgeted('network-slimming', { macs: 0.02 }, { roundTo: 8 });
    const wanted = { recipe, graph, baseFolder: tempFolder() };
    await expect(prepareRun(wanted, new DeviceTurns(distDir))).rejects.toThrow(
      /^at least 0\.\d+ of the MACs of tiny stay with widths of at least 8; 0\.02 is asked for: raise macs or lower roundTo$/,
    );
  });

  it.each([
    [
      1e-6,
      /^tiny takes .* with the fewest channels that can stay, .*: 0\.000001 ms cannot be met; ask for more than/,
    ],
    [1e6, /^tiny takes .* as it is, so 1000000 ms are met with nothing removed: ask for less$/],
  ])('of %d ms is refused with what was measured, before a step is made', async (milliseconds, message) => {
    const recipe = budgeted('mask-sparsity', { milliseconds }, masking);
    const run = await trial.newRun(recipe);
    await expect(trial.train(run, recipe)).rejects.toThrow(message);
    expect(await run.metrics()).toEqual([]);
    expect(await run.checkpoint()).toBeUndefined();
  });
});

describe('a run to milliseconds', () => {
  it('that met them once holds to as many MACs, and needs no clock', async () => {
    const timed = budgeted('network-slimming', { milliseconds: 1e-6 }, slimming);
    const counted = budgeted('network-slimming', { macs: 0.5 }, slimming);
    const [a, b] = [await trial.newRun(timed), await trial.newRun(counted)];
    // Impossible for any clock: nothing is measured again.
    await a.update({ budget: { asked: timed.budget!, macs: { dense, sparse: Math.floor(dense / 2) } } });
    const [one, other] = [await trial.train(a, timed), await trial.train(b, counted)];
    expect({ ...one, seconds: 0 }).toEqual({ ...other, seconds: 0 });
  });
});

it('a device times the model with fewer channels as the faster one', async () => {
  const wide = tinyNet(64);
  const model = { graph: wide, weights: Parameters.initial(wide, 1) };
  const target = engineTarget(deviceEngine(wasmDevice(distDir)), model);
  const { groups } = cutGroups({ graph: wide, recipe: {} });
  const timing = await target.time(firstOf(leastWidths(groups, 1)), 1);
  expect(timing.ratio.median).toBeLessThan(1);
  for (const { lower, median, upper } of [timing.dense, timing.sparse, timing.ratio])
    expect([lower, median, upper]).toEqual([lower, median, upper].sort((a, b) => a - b));
  const same = await target.time(evenDial(groups, new Map()).kept(0), 1);
  expect(same.ratio.median).toBeGreaterThan(timing.ratio.median);
});
