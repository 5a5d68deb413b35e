// Layers that a recipe leaves as they are: no method touches them, and what they would need is said.
import { noData } from './no-data';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../core/analysis/analyze';
import { layerPaths } from '../../../core/analysis/layer-paths';
import { defaultRecipe } from '../../../core/recipe/defaults';
import { formatRecipe } from '../../../core/recipe/format';
import { isKeptDense, keptDenseParams } from '../../../core/recipe/keep-dense';
import type { Recipe } from '../../../core/recipe/recipe';
import { validateRecipe } from '../../../core/recipe/validate';
import { networkSlimming } from '../../../training/methods/network-slimming/method';
import { nmMagnitude } from '../../../training/methods/nm-magnitude/method';
import { parse } from 'yaml';
import { resnet18 } from '../core/support/zoo';

const graph = resnet18();
const recipe = (method: string, keepDense: readonly string[]): Recipe => ({
  ...defaultRecipe(method, { file: 'net.py', name: 'net' }),
  sparsity: method === 'nm-magnitude' ? 0.5 : 0.05,
  keepDense,
});
const plan = (method: string, keepDense: readonly string[]) => ({
  ...{ graph, totalSteps: 100, data: noData, recipe: recipe(method, keepDense) },
});

describe('keepDense', () => {
  it('names layers, and modules with all that is in them', () => {
    const keep = { keepDense: ['layer1', 'fc'] };
    expect(['layer1', 'layer1.0.conv1', 'fc'].map((path) => isKeptDense(keep, path))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['layer10', 'layer', 'conv1'].map((path) => isKeptDense(keep, path))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isKeptDense({}, 'fc')).toBe(false);
  });

  it('is read back from the recipe as it was written, and checked', () => {
    const written = recipe('nm-magnitude', ['layer1', 'fc']);
    expect(validateRecipe(parse(formatRecipe(written)))).toEqual({ ok: true, recipe: written });
    for (const wrong of ['fc', [3], [''], { fc: true }]) {
      const answer = validateRecipe({ ...written, keepDense: wrong });
      expect(answer).toMatchObject({ ok: false, problems: [{ path: ['keepDense'] }] });
    }
  });

  it('leaves layers out of 2:4', () => {
    const all = nmMagnitude.prepare(plan('nm-magnitude', [])).prunable;
    const some = nmMagnitude.prepare(plan('nm-magnitude', ['layer1', 'fc'])).prunable;
    expect(all.filter((param) => !some.includes(param)).sort()).toEqual(
      [...[0, 1].flatMap((i) => [1, 2].map((j) => `layer1.${i}.conv${j}.weight`)), 'fc.weight'].sort(),
    );
    expect(() =>
      nmMagnitude.prepare(plan('nm-magnitude', ['layer1', 'layer2', 'layer3', 'layer4', 'fc'])),
    ).toThrow('keepDense leaves no layer of net to prune');
  });

  it('keeps what a layer reads as well as what it makes, under channel pruning', () => {
    const { prunable } = networkSlimming.prepare(plan('network-slimming', ['layer2.0.conv2']));
    expect([...keptDenseParams({ keepDense: ['layer2.0.conv2'] }, graph)]).toEqual(['layer2.0.conv2.weight']);
    expect(prunable).not.toContain('layer2.0.conv2.weight');
    expect(prunable).toContain('layer4.0.conv1.weight');
    expect(() =>
      networkSlimming.prepare(plan('network-slimming', ['conv1', 'layer1', 'layer2', 'layer3', 'layer4'])),
    ).toThrow('keepDense leaves no group of channels of net to prune');
  });
});

describe('the paths that can be named', () => {
  it('are layers with weights and the modules around them, with what they are', () => {
    const paths = layerPaths(analyze(graph));
    expect(paths.map(({ path }) => path).slice(0, 4)).toEqual([
      'conv1',
      'layer1',
      'layer1.0',
      'layer1.0.conv1',
    ]);
    expect(paths.find(({ path }) => path === 'conv1')!.detail).toBe(
      'conv2d · 64×3×7×7 · N×64×112×112 · 9,408 params',
    );
    expect(paths.some(({ path }) => path === 'bn1')).toBe(false);
  });
});
