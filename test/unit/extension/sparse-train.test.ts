// What the answers of "Sparse Train" become, and what is remembered of them.
import { describe, expect, it } from 'vitest';
import { formatRecipe } from '../../../core/recipe/format';
import { validateRecipe } from '../../../core/recipe/validate';
import { parse } from 'yaml';
import { methods } from '../../../core/recipe/methods/table';
import { sparsityField } from '../../../core/recipe/sparsity-field';
import {
  type Amount,
  amountPrompt,
  amountText,
  onlyAmount,
  readAmount,
} from '../../../extension/sparse-train/amount';
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
  amount: { sparsity: 0.6 },
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

  it('name the column of a table that holds the class', () => {
    const data = { kind: 'csv', path: '/w/models/iris.csv', label: 'species' };
    const recipe = validateRecipe(parse(formatRecipe(buildRecipe({ ...answers, data }))));
    expect(recipe).toMatchObject({ ok: true, recipe: { data: { file: 'iris.csv', label: 'species' } } });
    expect(readChoices({ data })).toMatchObject({ data });
  });

  it('say what may be left in place of what goes, and the pattern where a method leaves it open', () => {
    const timed = { ...answers, amount: { budget: { milliseconds: 3 } } };
    const left = validateRecipe(parse(formatRecipe(buildRecipe(timed))));
    expect(left).toMatchObject({ ok: true, recipe: { budget: { milliseconds: 3 } } });
    expect(left.ok && left.recipe.sparsity).toBeUndefined();
    const blocks = { ...answers, method: 'magnitude', pattern: 'block 4x4', amount: { sparsity: 0.8 } };
    expect(validateRecipe(parse(formatRecipe(buildRecipe(blocks))))).toMatchObject({
      ok: true,
      recipe: { sparsity: 0.8, options: { pattern: 'block 4x4', allocator: 'uniform' } },
    });
  });

  it('leave out paths that would climb out of the project', () => {
    expect(portable('/w/models', '/w/models')).toBe('.');
    expect(portable('/w/models', '/w/models/data')).toBe('data');
    expect(portable('/w/models', '/srv/mnist')).toBe('/srv/mnist');
  });
});

describe('how much goes', () => {
  const slimming = methods.get('network-slimming')!;
  const magnitude = methods.get('magnitude')!;
  const read = (text: string, method = slimming) => readAmount(text, sparsityField(method), method);

  it.each([
    ['0.6', { sparsity: 0.6 }],
    ['60 %', { sparsity: 0.6 }],
    ['3 ms', { budget: { milliseconds: 3 } }],
    ['2,5ms', { budget: { milliseconds: 2.5 } }],
    ['3 ms on ONNX Runtime', { budget: { milliseconds: 3, engine: 'onnxruntime' } }],
    ['0.4 MACs', { budget: { macs: 0.4 } }],
    ['40 % of the MACs', { budget: { macs: 0.4 } }],
  ])('%j is understood', (text, value) => {
    expect(read(text)).toEqual({ value });
    // And written so that it is understood again.
    expect(read(amountText(value as Amount))).toEqual({ value });
  });

  it.each([
    ['', /must be a number/],
    ['many', /must be a number/],
    ['2', /outside/],
    ['0 ms', /outside/],
    ['many ms', /milliseconds must be a number/],
    ['3 MACs', /outside/],
    ['0.4 MACs on ONNX Runtime', /leave out the engine/],
  ])('%j is refused', (text, problem) => {
    expect(read(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('is a share where single weights go', () => {
    expect(read('3 ms', magnitude)).toEqual({ problem: expect.stringMatching(/cut channels/) as string });
    expect(amountPrompt(sparsityField(magnitude), magnitude)).not.toMatch(/\d ms/);
    expect(amountPrompt(sparsityField(slimming), slimming)).toContain('3 ms');
  });

  it('is no question where the pattern says it', () => {
    expect(onlyAmount(magnitude, '2:4')).toEqual({ sparsity: 0.5 });
    expect(onlyAmount(magnitude, 'unstructured')).toBeUndefined();
  });
});

describe('the last choices', () => {
  it('survive a round trip', () => {
    const [amounts, patterns] = [{ x: '3 ms' }, { magnitude: '2:4' }];
    const choices = { method: 'nm-magnitude', amounts, patterns, data: { kind: 'idx', path: '/d' } };
    expect(readChoices(JSON.parse(JSON.stringify(choices)))).toEqual(choices);
  });

  it.each([
    ...[undefined, null, 3, 'x', []],
    { amounts: 3, patterns: { x: 3 }, method: {}, data: { kind: 'web' } },
    { sparsity: { x: 0.5 } },
  ])('ignore %j', (junk) => expect(readChoices(junk)).toEqual({ amounts: {}, patterns: {} }));
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
