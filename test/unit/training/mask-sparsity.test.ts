// MaskSparsity: its vote, thresholds, masks in text and λ budget; and real runs, stopped and gone on with.
import { beforeAll, describe, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Recipe } from '../../../core/recipe/recipe';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { judgeLambda, lambdaBudget, lambdaFor } from '../../../training/methods/mask-sparsity/budget';
import { givenKeep } from '../../../training/methods/mask-sparsity/given';
import { maskIoU } from '../../../training/methods/mask-sparsity/mask';
import { maskSparsity, maskSparsityMethod } from '../../../training/methods/mask-sparsity/method';
import { pull } from '../../../training/methods/mask-sparsity/penalty';
import { pruneSets } from '../../../training/methods/mask-sparsity/threshold';
import { keepAtLeast, votedOff } from '../../../training/methods/mask-sparsity/vote';
import { noData } from './no-data';
import { distDir, tinyNet, tinyRecipe } from './support';
import { Trial } from './trial';

const graph = tinyNet();
let data: Dataset;
const trial = new Trial(graph, () => data);
const recipe = tinyRecipe('mask-sparsity', {
  sparsity: 0.4,
  options: { baselineShare: 0.25, sparseShare: 0.25, roundTo: 1, recalibrate: 4 },
});

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

describe('the vote of a residual group', () => {
  it('takes what most members name, but no fewer than the member that names fewest', () => {
    const off = (...sets: string[]) =>
      [...votedOff(sets.map((set) => Uint8Array.from(set, Number)))].join('');
    expect(off('1100', '1010')).toBe('1110');
    expect(off('1100', '1000')).toBe('1000');
    expect(off('1110', '0000')).toBe('0000');
    expect(off('1100', '1100', '0011')).toBe('1100');
  });

  it('keeps channel 0 of equals when all would go', () => {
    expect([...keepAtLeast(Uint8Array.of(1, 1, 1), Float64Array.of(2, 2, 2), 1)]).toEqual([0, 1, 1]);
  });
});

describe('thresholds', () => {
  const layers = [Float64Array.of(0.001, 0.02, 1, 2), Float64Array.of(0.5, Infinity, 3, 0.004)];
  const gone = (threshold: Parameters<typeof pruneSets>[0]) =>
    pruneSets(threshold, layers).map((set) => [...set].join(''));

  it('cut at τ, at a share of energy, and at a quantile of all layers, and never what is not known', () => {
    expect(gone({ kind: 'absolute', tau: 0.01 })).toEqual(['1000', '0001']);
    expect(gone({ kind: 'energy', share: 1e-4 })).toEqual(['1100', '0001']);
    expect(gone({ kind: 'quantile', q: 0.6 })).toEqual(['1100', '1001']);
    expect(gone({ kind: 'quantile', q: 0 })).toEqual(['0000', '0000']);
  });

  it('let a silent layer go down to the floor', () => {
    expect([...pruneSets({ kind: 'energy', share: 1e-4 }, [Float64Array.of(1e-4, 5e-4)])[0]!]).toEqual([
      1, 1,
    ]);
  });
});

describe('the λ budget', () => {
  const rates = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0.05 : i < 160 ? 0.005 : 0.0005));

  it('is that of the specification, and refuses, warns and goes with the numbers', () => {
    expect(lambdaBudget(0.1, rates)).toBeCloseTo(5.32, 2);
    expect(judgeLambda(0.1, rates)).toBeUndefined();
    expect(judgeLambda(0.05, rates)).toMatch(/moves a scale by 2\.7; .* lambda 0\.094 or 376 steps/);
    expect(() => judgeLambda(0.02, rates)).toThrow(/moves a scale by 1\.1, less than the 2\.5/);
    expect(judgeLambda(lambdaFor(rates), rates)).toBeUndefined();
  });

  it('is checked before anything is trained', () => {
    const weak = { ...recipe, options: { ...recipe.options, lambda: 0.001 } };
    const plan = { graph, recipe: weak, totalSteps: 100, data: noData };
    expect(() => maskSparsity.prepare(plan)).toThrow(/less than the 2\.5/);
    expect(() => maskSparsityMethod({ anyBudget: true }).prepare(plan)).not.toThrow();
  });
});

describe('a given mask', () => {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);

  it('is read as ranges, and refused in one line', () => {
    const kept = givenKeep('a.bn: 0-2, 5', graph, groups);
    expect([...kept.values()].map((channels) => [...channels])).toEqual([[0, 1, 2, 5]]);
    expect(() => givenKeep('c.bn: 1', graph, groups)).toThrow(/names c\.bn, which is no BatchNorm/);
    expect(() => givenKeep('a.bn: 5-9', graph, groups)).toThrow(/its channels are 0-7/);
    expect(() => givenKeep('a.bn: some', graph, groups)).toThrow(/"some"/);
    expect(() => givenKeep('b.bn: 1; stem.bn: 2', graph, groups)).toThrow(/other channels/);
  });

  it('agrees with another by what both keep', () => {
    expect(
      maskIoU(new Map([['g', Uint32Array.of(0, 1)]]), new Map([['g', Uint32Array.of(1, 2)]])),
    ).toBeCloseTo(1 / 3);
  });
});

it('pulls only where the mask says, and rests at zero', () => {
  const gamma = tf.tensor1d([1, -2, 0, 0.001]);
  const pulled = tf.tensor1d([1, 1, 1, 0]);
  const of = (kind: 'l1' | 'l2' | 'smoothL1') => [...pull(kind, gamma, pulled, 0.5, 0.1).dataSync()];
  expect(of('l1')).toEqual([0.5, -0.5, 0, 0]);
  expect(of('l2')).toEqual([0.5, -1, 0, 0]);
  expect(of('smoothL1')[1]).toBe(-0.5);
});

describe('a run', () => {
  it('goes on after stops in every stage as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, [5, 8, 11, 16, 20, 24, 27]);
  });

  it('silences what goes, spares what stays, and ends with the widths and FLOPs of the mask', async () => {
    // Eight epochs: 32 steps of pulling, in which λ is what the budget asks for. In two, with 8 steps, scales chatter by
    // more than they end at.
    const longer = { ...recipe, training: { ...recipe.training, epochs: 8 } };
    const before = tf.memory().numTensors;
    const run = await trial.newRun(longer);
    const result = (await trial.train(run, longer))!;
    expect(tf.memory().numTensors).toBe(before);
    expect(1 - result.flops.sparse / result.flops.dense).toBeGreaterThanOrEqual(0.4);
    const points = await run.metrics();
    const last = points.findLast(({ phase, facts }) => phase === 'masked sparse' && facts)!.facts!.numbers!;
    expect(last['mean |γ|: doomed']).toBeLessThan(0.1);
    expect(last['mean |γ|: kept']).toBeGreaterThan(0.8);
    expect(points.at(-1)!.facts!.numbers!['mask IoU']).toBeGreaterThan(0.5);
  });

  it.each<Recipe['options']>([
    { maskSource: 'baseline', threshold: 'quantile' },
    { maskSource: 'magnitude', threshold: 'flops' },
    { maskSource: 'uniform', threshold: 'quantile' },
    { maskSource: 'given', keep: 'a.bn: 0-3', regulariser: 'l2' },
    { maskSource: 'global-sparse', threshold: 'energy', regulariser: 'smoothL1', cutBy: 'scales' },
  ])('works with %o', async (options) => {
    const own = { ...recipe, options: { ...recipe.options, ...options } };
    const run = await trial.newRun(own);
    const result = (await trial.train(run, own))!;
    expect(result.flops.sparse).toBeLessThanOrEqual(result.flops.dense);
  });
});
