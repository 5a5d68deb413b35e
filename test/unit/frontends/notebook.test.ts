// A notebook as Python: the same lines, without what only IPython understands.
import { describe, expect, it } from 'vitest';
import { cellPython, notebookFilePython } from '../../../language-server/frontends/python/notebook';

describe('a cell', () => {
  it.each([
    ['x = 1', 'x = 1'],
    ['%matplotlib inline\nx', 'pass\nx'],
    ['if x:\n    !ls', 'if x:\n    pass'],
    ['!pip install \\\n  torch \\\n  timm\nx', 'pass\n#\n#\nx'],
    ['files = !ls *.py', 'files = None  #ls *.py'],
    ['t = %timeit -o f()', 't = None  #timeit -o f()'],
    ['%%time\nnet = f()', 'pass\nnet = f()'],
    ['%%bash\nls\npwd', '#\n#\n#'],
    ['%%html\n<b>', '#\n#'],
    ['net?', 'pass'],
    ['?net.forward', 'pass'],
    ['y = (a\n  % b)', 'y = (a\n  % b)'],
    ['if a != b:\n    c', 'if a != b:\n    c'],
    ['', ''],
  ])('%j becomes %j', (cell, python) => {
    expect(cellPython(cell)).toBe(python);
    expect(python.split('\n')).toHaveLength(cell.split('\n').length);
  });
});

describe('a notebook file', () => {
  it('gives its code cells in order, whether their source is a text or lines', () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Title'] },
      { cell_type: 'code', source: ['a = 1\n', 'b = 2'] },
      { cell_type: 'code', source: 'c = 3' },
      { cell_type: 'code' },
      null,
    ];
    expect(notebookFilePython(JSON.stringify({ cells }))).toBe('a = 1\nb = 2\nc = 3\n');
  });

  it.each(['x = {}', '{}', '[]', 'null', '{"cells": 3}', '{"a": 1}\nprint(2)'])('is not %j', (text) => {
    expect(() => notebookFilePython(text)).toThrow();
  });
});
