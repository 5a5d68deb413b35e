// What a recipe may say, and what is said to people when it says something else.
import { describe, expect, it } from 'vitest';
import { defaultData, defaultsOf } from '../../../core/recipe/defaults';
import { trainingFields } from '../../../core/recipe/training-fields';
import { methods } from '../../../core/recipe/methods/table';
import { dataKinds } from '../../../core/recipe/data-kinds';
import { validateRecipe } from '../../../core/recipe/validate';

const minimal = {
  model: { file: 'net.py', name: 'Net' },
  method: 'network-slimming',
  data: { kind: 'digits' },
};

const problemsOf = (value: unknown) => {
  const answer = validateRecipe(value);
  return answer.ok ? [] : answer.problems;
};
const messages = (value: unknown) => problemsOf(value).map(({ message }) => message);

describe('a recipe that says only what it must', () => {
  const answer = validateRecipe(minimal);

  it('is valid', () => expect(problemsOf(minimal)).toEqual([]));

  it('gets every default, of the method too', () => {
    expect(answer).toMatchObject({
      ok: true,
      recipe: {
        version: 1,
        sparsity: 0.5,
        options: Object.fromEntries(methods.get('network-slimming')!.options.map((o) => [o.key, o.default])),
        data: defaultData,
        training: defaultsOf(trainingFields),
        device: 'auto',
      },
    });
  });

  it('stays without what is optional', () => {
    expect(answer.ok && 'weights' in answer.recipe.model).toBe(false);
  });

  it('is valid for every method of the table', () => {
    for (const method of methods.keys()) expect(messages({ ...minimal, method })).toEqual([]);
  });
});

describe('a budget', () => {
  it('stands in the place of sparsity', () => {
    for (const budget of [{ macs: 0.5 }, { milliseconds: 3 }]) {
      const answer = validateRecipe({ ...minimal, budget });
      expect(answer).toMatchObject({ ok: true, recipe: { budget } });
      expect(answer.ok && 'sparsity' in answer.recipe).toBe(false);
    }
    const answer = validateRecipe(minimal);
    expect(answer.ok && 'budget' in answer.recipe).toBe(false);
    expect(messages({ ...minimal, sparsity: null, budget: { macs: 0.5 } })).toHaveLength(1);
  });

  it.each([
    [
      { sparsity: 0.5, budget: { macs: 0.5 } },
      ['sparsity'],
      'sparsity and budget both say how much goes: write one of them',
    ],
    [{ budget: {} }, ['budget'], 'budget says nothing: write macs or milliseconds in it'],
    [{ budget: null }, ['budget'], 'budget says nothing: write macs or milliseconds in it'],
    [
      { budget: { macs: 0.5, milliseconds: 3 } },
      ['budget', 'milliseconds'],
      'budget has macs 0.5 and milliseconds 3: write one of them',
    ],
    [
      { budget: { macs: 0.5, engine: 'onnxruntime' } },
      ['budget', 'engine'],
      'budget.engine is of milliseconds; MACs are counted',
    ],
    [{ budget: 0.5 }, ['budget'], 'budget must be a section, not 0.5'],
    [
      { budget: { macs: 50 } },
      ['budget', 'macs'],
      "budget.macs 50 is outside 0.01 … 0.99; it is a share of the dense model's MACs, so 50 % is written 0.5",
    ],
    [
      { budget: { milliseconds: 0 } },
      ['budget', 'milliseconds'],
      'budget.milliseconds 0 is outside 0.001 … 1000000; it counts ms of one inference at batch 1',
    ],
    [
      { budget: { miliseconds: 3 } },
      ['budget', 'miliseconds'],
      'unknown key "miliseconds" in budget; did you mean milliseconds?',
    ],
    [
      { method: 'rigl', budget: { macs: 0.5 } },
      ['budget'],
      'budget is for methods that cut channels: rigl goes by sparsity',
    ],
    [
      { method: 'mask-sparsity', options: { threshold: 'energy' }, budget: { macs: 0.5 } },
      ['options', 'threshold'],
      'threshold energy takes what it finds, whatever the budget: write flops or quantile',
    ],
    [
      { method: 'mask-sparsity', options: { maskSource: 'given', keep: 'a: 1' }, budget: { macs: 0.5 } },
      ['options', 'maskSource'],
      'maskSource given says which channels stay: leave out the budget',
    ],
  ])('%j is refused in one line', (changes, at, message) => {
    const [problem] = problemsOf({ ...minimal, ...changes });
    expect(problem).toMatchObject({ path: at, message });
  });
});

describe('settings of training that do not belong together', () => {
  it.each([
    [{ momentum: 0.9 }, 'momentum', 'training.momentum is of sgd; adam takes none'],
    [
      { optimizer: 'sgd', nesterov: true, momentum: 0 },
      'nesterov',
      /^training\.nesterov looks along the momentum/,
    ],
    [{ dropTo: 0.5 }, 'dropTo', 'training.dropTo is of step; cosine takes none'],
    [
      { schedule: 'constant', floor: 0.1 },
      'floor',
      /^training\.floor is of cosine, linear, polynomial; constant/,
    ],
    [{ batch: 4, accumulate: 8 }, 'accumulate', /more parts than the 4 samples of a batch$/],
  ] as const)('%j are refused in one line', (training, key, message) => {
    const [problem, ...more] = problemsOf({ ...minimal, training });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ path: ['training', key], at: 'value' });
    expect(problem!.message).toMatch(message);
  });

  it('are fine where they do, and stay out of a recipe that leaves them out', () => {
    const sgd = { optimizer: 'sgd', momentum: 0.8, nesterov: true, schedule: 'step', dropTo: 0.3 };
    expect(problemsOf({ ...minimal, training: sgd })).toEqual([]);
    const answer = validateRecipe(minimal);
    expect(answer.ok && Object.keys(answer.recipe.training)).toEqual(
      expect.not.arrayContaining(['momentum', 'clipNorm', 'average', 'schedule']),
    );
  });
});

describe('a recipe with something wrong', () => {
  it('says which sparsity is possible, and what it is a share of', () => {
    expect(problemsOf({ ...minimal, sparsity: 1.7 })).toEqual([
      {
        path: ['sparsity'],
        at: 'value',
        message:
          'sparsity 1.7 is outside 0.05 … 0.95 for network-slimming; it is the share of FLOPs to remove',
      },
    ]);
  });

  it('shows how percent is written', () => {
    expect(messages({ ...minimal, sparsity: 50 })[0]).toMatch(/, so 50 % is written 0\.5$/);
  });

  it('names the only value where there is one', () => {
    expect(messages({ ...minimal, method: 'nm-magnitude', sparsity: 0.7 })).toEqual([
      'sparsity 0.7 is not 0.5, its only value for nm-magnitude; it is the share of prunable weights to remove',
    ]);
  });

  it('suggests the key that was meant', () => {
    expect(problemsOf({ ...minimal, training: { epoch: 3 } })).toEqual([
      {
        path: ['training', 'epoch'],
        at: 'key',
        message: 'unknown key "epoch" in training; did you mean epochs?',
      },
    ]);
    expect(messages({ ...minimal, training: { learning_rate: 0.1 } })).toEqual([
      'unknown key "learning_rate" in training; did you mean learningRate?',
    ]);
  });

  it('lists the options of the method when nothing is close', () => {
    expect(messages({ ...minimal, options: { temperature: 1 } })).toEqual([
      'unknown key "temperature" of network-slimming; known are l1, sparsifyShare, roundTo',
    ]);
  });

  it('suggests the method that was meant, and leaves its options alone meanwhile', () => {
    expect(messages({ ...minimal, method: 'network-sliming', options: { l1: 1e-3 } })).toEqual([
      'method "network-sliming" does not exist; did you mean network-slimming?',
    ]);
  });

  it('names what is missing and what it is for', () => {
    expect(problemsOf({ ...minimal, model: { file: 'net.py' } })).toEqual([
      {
        path: ['model', 'name'],
        at: 'missing',
        message: 'model.name is missing: Class, factory or variable in that file.',
      },
    ]);
    expect(messages({ ...minimal, data: { kind: 'idx' } })).toEqual([
      'data.folder is missing: Folder that holds the IDX files, relative to this recipe.',
    ]);
    expect(messages({ ...minimal, data: null })).toEqual([
      `data.kind is missing (${[...dataKinds.keys()].join(', ')}): Where samples and what they should be answered with come from.`,
    ]);
  });

  it('tells wrong types apart', () => {
    expect(messages({ ...minimal, training: { epochs: '3' } })[0]).toBe(
      'training.epochs must be a whole number, not "3": leave out the quotes',
    );
    expect(messages({ ...minimal, training: { epochs: 2.5 } })[0]).toBe(
      'training.epochs must be a whole number, not 2.5',
    );
    expect(messages({ ...minimal, training: 'long' })[0]).toBe('training must be a section, not "long"');
    expect(messages({ ...minimal, model: { file: 3, name: 'Net' } })[0]).toBe(
      'model.file must be text, not 3',
    );
    expect(messages({ ...minimal, training: { batch: Infinity } })[0]).toMatch(
      /^training\.batch Infinity is outside/,
    );
    expect(messages({ ...minimal, training: { batch: NaN } })[0]).toMatch(/must be a whole number, not NaN/);
  });

  it('checks options against each other once each is right', () => {
    const options = { denseShare: 0.6, rampShare: 0.5 };
    expect(problemsOf({ ...minimal, method: 'nm-magnitude', options })).toMatchObject([
      {
        path: ['options', 'rampShare'],
        message: expect.stringMatching(/make 1\.1: keep them within 0\.95/) as string,
      },
    ]);
  });

  it('reports everything at once, one line each', () => {
    const all = messages({ modle: 1, method: 7, sparsity: 'half', data: { kind: 'cifar' }, device: 'tpu' });
    expect(all).toHaveLength(7);
    for (const message of all) expect(message).not.toContain('\n');
  });

  it.each([null, undefined, 3, 'text', [], [minimal], true])('is told that %j is no recipe', (value) => {
    expect(messages(value)).toHaveLength(1);
    expect(messages(value)[0]).toMatch(/^a recipe has keys such as model and method, this is /);
  });

  it('is not fooled by names that every object has', () => {
    expect(messages({ ...minimal, constructor: 1 })).toHaveLength(1);
    expect(messages({ ...minimal, method: 'toString' })[0]).toMatch(/^method must be one of/);
    expect(messages({ ...minimal, data: { kind: '__proto__' } })[0]).toMatch(/^data\.kind must be one of/);
  });

  it('keeps a message short when the value is not', () => {
    expect(messages({ ...minimal, device: 'x'.repeat(100_000) })[0]!.length).toBeLessThan(200);
    expect(messages({ ...minimal, ['k'.repeat(100_000)]: 1 })[0]!.length).toBeLessThan(300);
  });
});
