// Recipe text while it is typed: where keys and values stand, and where the cursor is.
import { describe, expect, it } from 'vitest';
import { readRecipe } from '../../../language-server/documents/recipe';
import { outline, outlineValue, placeAt } from '../../../language-server/documents/recipe-outline';

const text = `version: 1 # the format
model:
  file: "net.py"
  name: Net
method: network-slimming
data: { kind: digits }
`;

describe('the cursor', () => {
  const at = (content: string) => {
    const before = content.slice(0, content.indexOf('|')).split('\n');
    return placeAt(content.replace('|', ''), before.length - 1, before.at(-1)!.length);
  };

  it.each([
    ['|', { kind: 'key', parent: [], typed: '', column: 0 }],
    ['mod|', { kind: 'key', parent: [], typed: 'mod', column: 0 }],
    ['model:\n  fi|', { kind: 'key', parent: ['model'], typed: 'fi', column: 2 }],
    ['model:\n  file: x\n\n  |', { kind: 'key', parent: ['model'], typed: '', column: 2 }],
    ['model:\n  file: x\n|', { kind: 'key', parent: [], typed: '', column: 0 }],
    ['a:\n  b:\n    c: 1\n  |', { kind: 'key', parent: ['a'], typed: '', column: 2 }],
    ['method: net|', { kind: 'value', path: ['method'], typed: 'net', column: 8 }],
    ['model:\r\n  file: "ne|', { kind: 'value', path: ['model', 'file'], typed: 'ne', column: 9 }],
  ])('in %j is known', (content, place) => expect(at(content)).toEqual(place));

  it.each(['# model|', 'method: x # ne|', '- a|', 'method:|', 'model: {a|'])(
    'in %j completes nothing',
    (content) => expect(at(content)).toBeUndefined(),
  );
});

describe('the outline', () => {
  it('reads keys and values where YAML would refuse', () => {
    const entries = outline('model:\n  file: "a b.py" # here\n  name\ndata:\n  kind: idx\n');
    expect(entries.map(({ path, value }) => `${path.join('.')}=${value}`)).toEqual([
      'model=',
      'model.file=a b.py',
      'data=',
      'data.kind=idx',
    ]);
    expect(outlineValue(entries)).toEqual({ model: { file: 'a b.py' }, data: { kind: 'idx' } });
  });
});

describe('places in a recipe', () => {
  const recipe = readRecipe(text);
  const read = (path: string[], at: 'value' | 'key' | 'missing') => {
    const { start, end } = recipe.spanOf(path, at);
    return text.slice(start, end);
  };

  it('are those of values, keys and sections, in block and in flow style', () => {
    expect(recipe.problems).toEqual([]);
    expect(read(['model', 'file'], 'value')).toBe('"net.py"');
    expect(read(['model', 'file'], 'key')).toBe('file');
    expect(read(['data', 'kind'], 'value')).toBe('digits');
    expect(read(['data', 'folder'], 'missing')).toBe('data');
    expect(read(['training', 'epochs'], 'missing')).toBe('version: 1 # the format');
  });

  it('lead back to the path that stands there', () => {
    const path = (piece: string) => recipe.pathAt(text.indexOf(piece));
    expect(path('file')).toEqual(['model', 'file']);
    expect(path('Net')).toEqual(['model', 'name']);
    expect(path('digits')).toEqual(['data', 'kind']);
    expect(path('model')).toEqual(['model']);
  });
});
