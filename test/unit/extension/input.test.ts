// Questions with a way back, numbers as people type them, and names for files.
import { describe, expect, it } from 'vitest';
import { modelFileName } from '../../../extension/files/model-file-name';
import { numbered } from '../../../extension/files/numbered';
import { parseNumber } from '../../../extension/input/parse-number';
import { next, runSteps, type Step, type StepPosition } from '../../../extension/input/steps';

interface Draft {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
}

/** Answers from a script, and writes down where it was asked. */
function scripted(
  script: ('a' | 'b' | 'c' | 'back' | 'give up' | number)[],
  skipB: (draft: Draft) => boolean,
) {
  const asked: (StepPosition & { key: string })[] = [];
  const step = (key: keyof Draft, skip?: (draft: Draft) => boolean): Step<Draft> => ({
    ...(skip ? { skip } : {}),
    ask: (draft, at) => {
      asked.push({ ...at, key });
      const answer = script.shift();
      if (answer === 'back') return Promise.resolve('back');
      return Promise.resolve(typeof answer === 'number' ? next({ ...draft, [key]: answer }) : undefined);
    },
  });
  const result = runSteps<Draft>({}, [step('a'), step('b', skipB), step('c')]);
  return { asked, result };
}

describe('questions in a row', () => {
  it('collect their answers', async () => {
    const { asked, result } = scripted([1, 2, 3], () => false);
    expect(await result).toEqual({ a: 1, b: 2, c: 3 });
    expect(asked.map(({ step, total, canGoBack }) => [step, total, canGoBack])).toEqual([
      [1, 3, false],
      [2, 3, true],
      [3, 3, true],
    ]);
  });

  it('go back over a question that was left out, and ask anew with what was known then', async () => {
    const { asked, result } = scripted([1, 'back', 5, 2, 3], ({ a }) => a === 1);
    expect(await result).toEqual({ a: 5, b: 2, c: 3 });
    expect(asked.map(({ key }) => key)).toEqual(['a', 'c', 'a', 'b', 'c']);
    expect(asked[1]).toMatchObject({ step: 2, total: 2 });
    expect(asked[3]).toMatchObject({ step: 2, total: 3 });
  });

  it('end when people give up', async () => {
    const { asked, result } = scripted([1, 'give up'], () => false);
    expect(await result).toBeUndefined();
    expect(asked).toHaveLength(2);
  });
});

describe('a number in an input box', () => {
  const share = { unit: 'share of FLOPs' };

  it.each([
    ['0.5', 0.5],
    [' .5 ', 0.5],
    ['0,5', 0.5],
    ['50 %', 0.5],
    ['50%', 0.5],
    ['1e-3', 0.001],
  ])('%j is %d', (text, value) => expect(parseNumber(text, share)).toBeCloseTo(value));

  it.each(['', 'half', '0.5.5', '5 0', '%', '--1'])('%j is none', (text) => {
    expect(typeof parseNumber(text, share)).toBe('string');
  });

  it('is a percentage only where a share is asked for', () => {
    expect(parseNumber('50 %', { unit: 'steps' })).toBe('50 %');
  });
});

describe('file names', () => {
  it('of recipes and exports are made of model and method', () => {
    const recipeName = (model: string, method: string) => modelFileName(model, method, 'espalier.yaml');
    expect(modelFileName('convnet', 'nm-magnitude', 'onnx')).toBe('convnet.nm-magnitude.onnx');
    expect(recipeName('convnet', 'nm-magnitude')).toBe('convnet.nm-magnitude.espalier.yaml');
    expect(recipeName('Net(num_classes=10)', 'x')).toBe('Net-num_classes-10.x.espalier.yaml');
    expect(recipeName('../../etc/passwd', 'x')).toBe('etc-passwd.x.espalier.yaml');
    expect(recipeName('  ', 'x')).toBe('model.x.espalier.yaml');
    expect(recipeName('a'.repeat(500), 'x').length).toBeLessThan(120);
  });

  it('are numbered before their ending', () => {
    expect(numbered('/w/convnet.py', 1)).toBe('/w/convnet.py');
    expect(numbered('/w/convnet.py', 2)).toBe('/w/convnet-2.py');
    expect(numbered('/w/net.x.espalier.yaml', 3)).toBe('/w/net.x-3.espalier.yaml');
    expect(numbered('/w.d/net', 2)).toBe('/w.d/net-2');
  });
});
