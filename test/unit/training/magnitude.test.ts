// Magnitude pruning in named patterns: what is left, stops, and what a recipe may say of it.
import { beforeAll, describe, expect, it } from 'vitest';
import { patternOf } from '../../../core/recipe/pattern-of';
import { validateRecipe } from '../../../core/recipe/validate';
import { density } from '../../../core/sparsity/mask';
import { wasmDevice } from '../../../native/devices/wasm';
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

const recipeOf = (sparsity: number, options: Record<string, string | number>) =>
  tinyRecipe('magnitude', {
    sparsity,
    options: { denseShare: 0.25, rampShare: 0.3, maskEvery: 3, ...options },
  });

describe.each([
  ['unstructured', 0.9, {}],
  ['unstructured', 0.8, { allocator: 'erk', ramp: 'linear' }],
  ['unstructured', 0.8, { allocator: 'global', ramp: 'one-shot' }],
  ['1:4', 0.75, {}],
  ['block 4x4', 0.5, {}],
])('%s at %d with %j', (pattern, sparsity, options) => {
  const recipe = recipeOf(sparsity, { pattern, ...options });

  it('goes on after stops as if there had been none, and ends at the sparsity', async () => {
    await trial.expectSameAfterStops(recipe, [8, 11, 20]);
    const run = await trial.newRun(recipe);
    const result = await trial.train(run, recipe);
    const off = pattern === 'unstructured' ? 1e-3 : 0.06;
    expect(Math.abs(result!.sparsity - sparsity)).toBeLessThan(off);
    for (const mask of (await run.masks()).values()) expect(density(mask)).toBeGreaterThan(0);
  });
});

describe('a recipe of it', () => {
  const base = { model: { file: 'net.py', name: 'Net' }, method: 'magnitude', data: { kind: 'digits' } };
  const said = (rest: object) => {
    const answer = validateRecipe({ ...base, ...rest });
    return answer.ok
      ? answer.recipe
      : answer.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  it.each([
    ['1:4', 0.75],
    ['64:2:8', 0.75],
    ['2:4', 0.5],
    ['block 4x4', 0.9],
  ])('has the sparsity of %s where it says none', (pattern, sparsity) => {
    const recipe = said({ options: { pattern } });
    expect(recipe).toMatchObject({ sparsity, options: { pattern } });
    expect(patternOf({ method: 'magnitude', options: { pattern } })!.id).toBe(pattern);
  });

  it.each([
    [{ sparsity: 0.5, options: { pattern: '1:4' } }, /^sparsity: sparsity 0\.5 is not 0\.75, its only value/],
    [{ sparsity: 0.995 }, /^sparsity: sparsity 0\.995 is outside 0 … 0\.99/],
    [
      { options: { pattern: 'blok 4x4' } },
      /^options\.pattern: options\.pattern: there is no pattern "blok 4x4"; patterns are/,
    ],
    [
      { options: { pattern: 'channel' } },
      /removes whole structures; single weights are masked by unstructured/,
    ],
    [{ options: { pattern: 4 } }, /must be a pattern such as unstructured, 2:4/],
    [
      { options: { pattern: '2:4', allocator: 'erk' } },
      /^options\.allocator: .*2:4 keeps the same of every layer; use uniform$/,
    ],
  ])('%j is refused in one line', (rest, line) => {
    const problems = said(rest);
    expect(problems).toHaveLength(1);
    expect((problems as string[])[0]).toMatch(line);
  });
});
