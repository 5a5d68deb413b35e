// What the answers of "Sparse Train" become, and what is remembered of them.
import { describe, expect, it } from 'vitest';
import { formatRecipe } from '../../../core/recipe/format';
import { validateRecipe } from '../../../core/recipe/validate';
import { parse } from 'yaml';
import { buildRecipe, portable } from '../../../extension/sparse-train/build-recipe';
import { readChoices } from '../../../extension/sparse-train/choices';
import { idxProblem } from '../../../extension/sparse-train/idx-folder';

const answers = {
  file: '/w/models/convnet.py',
  model: 'convnet',
  method: 'network-slimming',
  sparsity: 0.6,
  data: { kind: 'idx', folder: '/w/data/mnist' },
} as const;

describe('the answers', () => {
  it('become a recipe that validates as it is written', () => {
    const validation = validateRecipe(parse(formatRecipe(buildRecipe(answers))));
    expect(validation).toMatchObject({
      ok: true,
      recipe: {
        model: { file: 'convnet.py', name: 'convnet' },
        method: 'network-slimming',
        sparsity: 0.6,
        data: { kind: 'idx', folder: '../data/mnist', test: 2000 },
      },
    });
  });

  it('leave out paths that would climb out of the project', () => {
    expect(portable('/w/models', '/w/models')).toBe('.');
    expect(portable('/w/models', '/w/models/data')).toBe('data');
    expect(portable('/w/models', '/srv/mnist')).toBe('/srv/mnist');
  });
});

describe('the last choices', () => {
  it('survive a round trip', () => {
    const choices = { method: 'nm-magnitude', sparsity: { x: 0.5 }, data: { kind: 'idx', folder: '/d' } };
    expect(readChoices(JSON.parse(JSON.stringify(choices)))).toEqual(choices);
  });

  it.each([undefined, null, 3, 'x', [], { sparsity: 3, method: {}, data: { kind: 'web' } }])(
    'ignore %j',
    (junk) => expect(readChoices(junk)).toEqual({ sparsity: {} }),
  );
});

describe('a folder with IDX files', () => {
  it('has a pair of images and labels', () => {
    expect(idxProblem(['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'])).toBeUndefined();
    expect(idxProblem(['train-images.idx3-ubyte', 'train-labels.idx1-ubyte', 'x'])).toBeUndefined();
  });

  it.each([
    [[]],
    [['a.png']],
    [['train-images-idx3-ubyte']],
    [['train-images-idx3-ubyte', 't10k-labels-idx1-ubyte']],
  ])('is not one with %j', (names) => expect(idxProblem(names)).toContain('no pair of IDX files'));
});
