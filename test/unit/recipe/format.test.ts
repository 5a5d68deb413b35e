// Recipes that Espalier writes: valid, commented, and the same when read back.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultRecipe } from '../../../core/recipe/defaults';
import { formatRecipe } from '../../../core/recipe/format';
import { methods } from '../../../core/recipe/methods/table';
import type { Recipe } from '../../../core/recipe/recipe';
import { validateRecipe } from '../../../core/recipe/validate';

const model = { file: 'net.py', name: 'Net' };
const reread = (recipe: Recipe) => validateRecipe(parse(formatRecipe(recipe)));

describe('the default recipe', () => {
  it.each([...methods.keys()])('of %s is valid and survives being written', (method) => {
    const recipe = defaultRecipe(method, model);
    expect(validateRecipe(recipe)).toEqual({ ok: true, recipe });
    expect(reread(recipe)).toEqual({ ok: true, recipe });
  });

  it('is refused for a method that does not exist', () => {
    expect(() => defaultRecipe('lottery', model)).toThrow('there is no method lottery; known are');
  });
});

describe('a written recipe', () => {
  it.each([{ macs: 0.4 }, { milliseconds: 2.5 }])('has the budget %j in the place of sparsity', (budget) => {
    const { sparsity: _, ...rest } = defaultRecipe('network-slimming', model);
    const recipe: Recipe = { ...rest, budget };
    expect(formatRecipe(recipe)).not.toMatch(/^sparsity:/m);
    expect(reread(recipe)).toEqual({ ok: true, recipe });
  });

  it('says above each line what it means', () => {
    const text = formatRecipe(
      defaultRecipe('nm-magnitude', model, { kind: 'idx', folder: 'data', test: 2000 }),
    );
    expect(text).toContain('# Path of the model file, relative to this recipe.\n  file: net.py');
    expect(text).toContain('# Steps between mask updates during the ramp.\n  maskEvery: 10');
    expect(text).toContain('kind: idx');
  });

  const awkward = [
    'true',
    '12',
    '1e3',
    '.5',
    'a: b',
    'a #b',
    "it's",
    'tab\there',
    'ünï/cødé.py',
    '- x',
    ' led',
    'x ',
    '.',
    '~',
    'null',
    '.inf',
    'a\nb',
    '@a',
    '*a',
    '&a',
    '!a',
    '%a',
    '{a}',
    "'",
    '"',
    '',
    'a\u2028b',
    'C:\\models\\net.py',
    '..',
  ];
  it.each(awkward.filter((name) => name.trim() !== ''))('keeps the name %j as text', (name) => {
    const recipe = defaultRecipe('network-slimming', { file: name, name });
    expect(reread(recipe)).toEqual({ ok: true, recipe });
  });
});
