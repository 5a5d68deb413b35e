// What the answers of "Sparse Train" become, and what is remembered of them.
import { describe, expect, it } from 'vitest';
import { formatRecipe } from '../../../core/recipe/format';
import { validateRecipe } from '../../../core/recipe/validate';
import { parse } from 'yaml';
import { buildRecipe, portable } from '../../../extension/sparse-train/build-recipe';
import { readChoices } from '../../../extension/sparse-train/choices';
import { GraphBuilder } from '../../../core/graph/builder';
import type { DType } from '../../../core/graph/model-graph';
import { N, type Shape } from '../../../core/graph/shape';
import { builtInData } from '../../../extension/sparse-train/built-in';
import { recogniseFolder } from '../../../extension/sparse-train/data-place';

const answers = {
  file: '/w/models/convnet.py',
  model: 'convnet',
  method: 'network-slimming',
  sparsity: 0.6,
  data: { kind: 'idx', path: '/w/data/mnist' },
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

  it('name weights to start from, and data of any kind', () => {
    const more = {
      ...answers,
      weights: '/w/models/start.safetensors',
      data: { kind: 'images', path: '/w/models/pets' },
    };
    const validation = validateRecipe(parse(formatRecipe(buildRecipe(more))));
    expect(validation).toMatchObject({
      ok: true,
      recipe: {
        model: { weights: 'start.safetensors' },
        data: { kind: 'images', folder: 'pets', normalise: 'imagenet' },
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
    const choices = { method: 'nm-magnitude', sparsity: { x: 0.5 }, data: { kind: 'idx', path: '/d' } };
    expect(readChoices(JSON.parse(JSON.stringify(choices)))).toEqual(choices);
  });

  it.each([undefined, null, 3, 'x', [], { sparsity: 3, method: {}, data: { kind: 'web' } }])(
    'ignore %j',
    (junk) => expect(readChoices(junk)).toEqual({ sparsity: {} }),
  );
});

const files = (...names: string[]) => names.map((name) => ({ name, isFolder: false }));
const folders = (...names: string[]) => names.map((name) => ({ name, isFolder: true }));

describe('a folder that was picked', () => {
  it.each([
    ['idx', files('t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')],
    ['idx', files('train-images.idx3-ubyte', 'train-labels.idx1-ubyte', 'x')],
    ['cifar', files('data_batch_1.bin', 'test_batch.bin')],
    ['images', folders('cats', 'dogs')],
    ['images', folders('train')],
    ['yolo', folders('images', 'labels')],
  ])('is recognised as %s', (kind, entries) => expect(recogniseFolder(entries)).toEqual({ kind }));

  it.each([
    [[]],
    [files('a.png')],
    [files('train-images-idx3-ubyte')],
    [files('train-images-idx3-ubyte', 't10k-labels-idx1-ubyte')],
    [folders('.git', 'one')],
  ])('is nothing with %j', (entries) => expect(recogniseFolder(entries)).toHaveProperty('problem'));
});

describe('built-in data', () => {
  const model = (shape: Shape, dtype: DType = 'float32') => {
    const builder = new GraphBuilder('pytorch');
    return builder.finish('m', builder.add('identity', [builder.input(shape, dtype)], {}, { path: '' }));
  };
  it('is what the model takes', () => {
    expect(builtInData(model([N, 1, 28, 28]))).toEqual(['digits']);
    expect(builtInData(model([N, 3, 32, 32]))).toEqual(['shapes', 'aerial']);
    expect(builtInData(model([N, 3, 224, 224]))).toEqual(['aerial']);
    expect(builtInData(model([N, 3, 8, 32, 32]))).toEqual(['moving-shapes']);
    expect(builtInData(model([N, 16], 'int32'))).toEqual(['grammar']);
    expect(builtInData(model([N, 16]))).toEqual([]);
  });
});
