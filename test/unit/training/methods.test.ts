// What the methods decide: which weights and channels go, and when; without training anything.
import { describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import { findGroups } from '../../../core/graph/coupling/groups';
import { shrink } from '../../../core/graph/surgery';
import type { TensorData } from '../../../core/graph/tensor';
import { density, type Mask, unpackMask } from '../../../core/sparsity/mask';
import { meetCost, shareOf } from '../../../core/sparsity/allocators/channels/meet-cost';
import { firstOf } from '../../../core/sparsity/allocators/channels/dial';
import { thresholdDial } from '../../../core/sparsity/allocators/channels/threshold';
import type { Trainee } from '../../../training/methods/method';
import { networkSlimming } from '../../../training/methods/network-slimming/method';
import { channelScores, rankedGroups } from '../../../training/methods/channels/scales';
import { nmMagnitude } from '../../../training/methods/nm-magnitude/method';
import { noData } from './no-data';
import { tinyNet, tinyRecipe } from './support';

const graph = tinyNet();

/** Answers from fixed weights and remembers what a method did. */
function watched(weight: (name: string, i: number) => number) {
  const masks = new Map<string, Mask>();
  const done: string[] = [];
  const seen: { kept?: ReadonlyMap<string, Uint32Array> } = {};
  const trainee = {
    graph,
    read(name: string): Promise<TensorData> {
      const { shape } = graph.params[name]!;
      const length = shape.reduce((n, dim) => n * dim, 1);
      return Promise.resolve({ shape, data: Float32Array.from({ length }, (_, i) => weight(name, i)) });
    },
    setMask: (name: string, mask: Mask) => void masks.set(name, mask),
    keepDense: () => Promise.resolve(void done.push('dense')),
    shrink(kept: ReadonlyMap<string, Uint32Array>) {
      done.push('shrink');
      seen.kept = kept;
      return Promise.resolve();
    },
  } satisfies Partial<Trainee>;
  return { trainee: trainee as unknown as Trainee, seen, masks, done };
}

describe('2:4 magnitude', () => {
  const recipe = tinyRecipe('nm-magnitude', { options: { denseShare: 0.4, rampShare: 0.3, maskEvery: 5 } });
  const plan = { graph, recipe, totalSteps: 100, data: noData };

  it('trains dense, ramps, heals, and leaves layers alone that do not fit', () => {
    const run = nmMagnitude.prepare(plan);
    expect(run.stages).toEqual([
      { name: 'dense', begin: 0 },
      { name: 'ramp', begin: 40 },
      { name: 'heal', begin: 70 },
    ]);
    // The stem's reduction is 1×3×3.
    expect(run.prunable).toEqual(['a.conv.weight', 'b.conv.weight', 'head.weight']);
  });

  it('keeps the dense model where the ramp begins, and masks only on its steps', async () => {
    const run = nmMagnitude.prepare(plan);
    const { trainee, masks, done } = watched((_, i) => Math.sin(i));
    await run.beforeStep(39, trainee);
    expect([masks.size, done]).toEqual([0, []]);
    await run.beforeStep(40, trainee);
    await run.beforeStep(45, trainee);
    expect(done).toEqual(['dense']);
    const early = density(masks.get('a.conv.weight')!);
    expect(early).toBeLessThan(1);
    expect(early).toBeGreaterThan(0.5);
    masks.clear();
    for (const step of [46, 71, 99]) await run.beforeStep(step, trainee);
    expect(masks.size).toBe(0);
  });

  it('ends with exactly the two largest of every four', async () => {
    const run = nmMagnitude.prepare(plan);
    const { trainee, masks } = watched((_, i) => ((i * 7) % 4) + 1);
    await run.beforeStep(70, trainee);
    for (const mask of masks.values()) {
      const keep = unpackMask(mask);
      for (let g = 0; g < keep.length; g += 4)
        expect(keep.subarray(g, g + 4).reduce((sum, bit) => sum + bit, 0)).toBe(2);
    }
    // The head's rows are in order in PyTorch's layout: weights 1 4 3 2 repeat, so the 4 and the 3 stay.
    expect([...unpackMask(masks.get('head.weight')!).subarray(0, 8)]).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
  });

  it('masks everything at once without a ramp, and in time however short the run', async () => {
    const oneShot = {
      ...plan,
      recipe: tinyRecipe('nm-magnitude', { options: { denseShare: 0, rampShare: 0 } }),
    };
    const run = nmMagnitude.prepare(oneShot);
    expect(run.stages).toEqual([{ name: 'heal', begin: 0 }]);
    const { trainee, masks } = watched((_, i) => i);
    await run.beforeStep(0, trainee);
    expect([...masks.values()].map(density)).toEqual([0.5, 0.5, 0.5]);
    expect(nmMagnitude.prepare({ ...plan, totalSteps: 1 }).stages).toEqual([{ name: 'heal', begin: 0 }]);
  });
});

describe('network slimming', () => {
  const recipe = tinyRecipe('network-slimming', { options: { roundTo: 2, sparsifyShare: 0.5 } });
  const groups = rankedGroups(graph, findGroups(graph));
  const plan = { graph, recipe, totalSteps: 20, data: noData };

  it('ranks the inner convolution and the residual stream, which the stem and the block tie', () => {
    expect(groups.map(({ channels }) => channels)).toEqual([8, 8]);
  });

  it('scores a channel by the mean of the scales it passes through, by its group’s own level', async () => {
    const scale = (name: string, i: number) =>
      name === 'stem.bn.weight' ? i + 1 : name === 'b.bn.weight' ? -(i + 3) : name === 'a.bn.weight' ? 10 : 0;
    const { trainee } = watched(scale);
    const scores = await channelScores(graph, groups, (name) => trainee.read(name));
    const residual = groups.find(({ members }) => members.some(({ param }) => param === 'stem.bn.weight'))!;
    const inner = groups.find((group) => group !== residual)!;
    // Means are 2, 3, … 9 around 5.5.
    expect([...scores.get(residual.id)!].map((score) => score * 5.5)).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9].map((mean) => expect.closeTo(mean, 9) as number),
    );
    expect([...scores.get(inner.id)!]).toEqual(new Array(8).fill(1));
  });

  it.each([0.1, 0.3, 0.5, 0.7])('removes at least %d of the FLOPs and not a step more', async (target) => {
    const { trainee } = watched((_, i) => Math.abs(Math.sin(i + 1)));
    const scores = await channelScores(graph, groups, (name) => trainee.read(name));
    const left = shareOf(graph, 'flops');
    const kept = meetCost(graph, thresholdDial(groups, scores, 2), { of: 'flops', share: 1 - target });
    const widths = new Map([...kept].map(([id, channels]) => [id, channels.length]));
    expect(left(kept)).toBeLessThanOrEqual(1 - target);
    for (const width of widths.values()) expect(width % 2).toBe(0);
    // Widening any group by one step falls short of the target or was not the cheapest channel: at least one must.
    const wider = [...widths]
      .filter(([, width]) => width < 8)
      .map(([id, width]) => new Map([...widths, [id, width + 2]]));
    expect(wider.some((more) => left(firstOf(more)) > 1 - target)).toBe(true);
  });

  it('says before training how much can be removed at most', () => {
    const greedy = { ...recipe, sparsity: 0.95, options: { ...recipe.options, roundTo: 4 } };
    expect(() => networkSlimming.prepare({ ...plan, recipe: greedy })).toThrow(
      /^at most \d+(\.\d)? % of the FLOPs of tiny can be removed with widths of at least 4; sparsity asks for 95 %/,
    );
  });

  it('keeps the channels with the largest scales, once, where fine-tuning begins', async () => {
    const run = networkSlimming.prepare(plan);
    expect(run.stages).toEqual([
      { name: 'sparsify', begin: 0 },
      { name: 'fine-tune', begin: 10 },
    ]);
    const { trainee, seen, done } = watched((_, i) => [5, 1, 6, 2, 7, 3, 8, 4][i % 8]!);
    for (let step = 0; step < 20; step++) await run.beforeStep(step, trainee);
    expect(done).toEqual(['dense', 'shrink']);
    for (const channels of seen.kept!.values()) {
      const best = [6, 4, 2, 0, 7, 5, 3, 1].slice(0, channels.length).sort((a, b) => a - b);
      expect([...channels]).toEqual(best);
    }
    const smaller = shrink(graph, seen.kept!).graph;
    expect(graphCost(smaller).flops / graphCost(graph).flops).toBeLessThanOrEqual(0.5);
  });

  it('refuses a model without prunable BatchNorms', () => {
    const bare = { ...graph, nodes: graph.nodes.filter(({ op }) => op === 'linear') };
    expect(() => networkSlimming.prepare({ ...plan, graph: { ...bare, nodes: [] } })).toThrow(
      /no prunable group/,
    );
  });
});
