// The syntactic tier: what the text alone says, through the real grammars.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Grammar, grammarFor, Grammars } from '../../../language-server/syntactic/grammar';
import { SyntaxTree } from '../../../language-server/syntactic/syntax-tree';

const root = path.resolve(import.meta.dirname, '../../..');
const example = (file: string) => readFileSync(path.join(root, 'examples', file), 'utf8');
const grammars = new Grammars(path.join(root, 'dist'));

let python: Grammar;
let typescript: Grammar;
beforeAll(async () => {
  python = await grammars.get('python');
  typescript = await grammars.get('typescript');
});

const layersOf = (text: string, grammar = python) =>
  new SyntaxTree(grammar, text).facts.layers.map(({ name, line, params }) =>
    params === undefined ? `${name}@${line}` : `${name}@${line}=${params}`,
  );

describe('layers in Python text', () => {
  it('are found in the example, containers left out', () => {
    const { layers, declarations } = new SyntaxTree(python, example('pytorch/convnet.py')).facts;
    expect(layers.map(({ name }) => name)).toEqual([
      ...['Conv2d', 'BatchNorm2d', 'Conv2d', 'BatchNorm2d', 'ReLU', 'Conv2d', 'BatchNorm2d'],
      ...['Conv2d', 'BatchNorm2d', 'ReLU', 'AdaptiveAvgPool2d', 'Linear'],
    ]);
    expect(declarations).toMatchObject([
      { name: 'Block', kind: 'class' },
      { name: 'ConvNet', kind: 'class' },
      { name: 'convnet', kind: 'function' },
    ]);
  });

  it('are recognised whatever the import calls them', () => {
    const text = [
      'import torch',
      'import torch.nn as N, torch.nn.functional as F',
      'from torch.nn import (Conv2d as C,  # why not',
      '    Linear)',
      'from keras import layers',
      'import tensorflow as tf',
      'a = torch.nn.Conv2d(1, 2, 3)',
      'b = N.Linear(4, 5)',
      'c = C(1, 2, 3)',
      'd = Linear(4, 5, bias=False)',
      'e = layers.Dense(3)',
      'f = tf.keras.layers.Conv2D(8, 3)',
      'g = F.relu(1)',
      'h = N.CrossEntropyLoss()',
      'i = N.Sequential()',
    ].join('\n');
    expect(layersOf(text)).toEqual([
      'Conv2d@6=20',
      'Linear@7=25',
      'Conv2d@8=20',
      'Linear@9=20',
      'Dense@10',
      'Conv2D@11',
    ]);
  });

  it('are recognised after import *', () => {
    expect(layersOf('from torch.nn import *\nx = Linear(2, 3)\ny = print(2)')).toEqual(['Linear@1=9']);
  });

  it('are not invented where another library has the same names', () => {
    expect(layersOf('from mine import nn\nx = nn.Conv2d(1, 2, 3)\ny = Linear(2, 3)')).toEqual([]);
  });

  it('have parameters only where the literals tell', () => {
    const text = [
      'from torch import nn',
      'nn.Conv2d(16, 32, (3, 5), groups=4, bias=False)',
      'nn.Conv1d(16, 32, kernel_size=3)',
      'nn.Conv2d(n, 32, 3)',
      'nn.Conv2d(*args)',
      'nn.Conv2d(3, 32, 3, **options)',
      'nn.BatchNorm2d(1_000)',
      'nn.BatchNorm2d(10, affine=False)',
      'nn.Linear(0, 3)',
      'nn.Linear(99999999999, 99999999999)',
      'nn.Conv2d(16, 32, 3, groups=0)',
    ].join('\n');
    expect(layersOf(text)).toEqual([
      ...['Conv2d@1=1920', 'Conv1d@2=1568', 'Conv2d@3', 'Conv2d@4', 'Conv2d@5=896'],
      ...['BatchNorm2d@6=2000', 'BatchNorm2d@7=0', 'Linear@8', 'Linear@9', 'Conv2d@10'],
    ]);
  });
});

describe('layers in TypeScript text', () => {
  it('are found in the example', () => {
    const { layers, declarations } = new SyntaxTree(typescript, example('tfjs/convnet.ts')).facts;
    expect(layers.filter(({ name }) => name === 'conv2d')).toHaveLength(3);
    expect(layers.map(({ name }) => name)).toContain('dense');
    expect(declarations.map(({ name }) => name)).toEqual(['convBnRelu', 'block', 'convnet']);
  });

  it('are recognised through require and named imports', () => {
    expect(
      layersOf("const tf = require('@tensorflow/tfjs-node');\ntf.layers.dense({ units: 1 });", typescript),
    ).toEqual(['dense@1']);
    expect(layersOf("import { layers as L } from '@tensorflow/tfjs';\nL.flatten();", typescript)).toEqual([
      'flatten@1',
    ]);
    expect(layersOf("import * as tf from 'other';\ntf.layers.dense({});", typescript)).toEqual([]);
  });
});

describe('a syntax tree that is edited', () => {
  it('notices broken text and where it breaks, and recovers', () => {
    const good = 'from torch import nn\nx = nn.Linear(2, 3)\n';
    const tree = new SyntaxTree(python, good);
    expect(tree.broken).toBe(false);
    const bad = good.replace('3)', '3');
    const at = good.indexOf('3)') + 1;
    const position = { row: 1, column: 17 };
    tree.update(bad, [
      {
        startIndex: at,
        oldEndIndex: at + 1,
        newEndIndex: at,
        startPosition: position,
        oldEndPosition: { row: 1, column: 18 },
        newEndPosition: position,
      },
    ]);
    expect(tree.broken).toBe(true);
    expect(tree.firstError).toBe(1);
    tree.update(good, [
      {
        startIndex: at,
        oldEndIndex: at,
        newEndIndex: at + 1,
        startPosition: position,
        oldEndPosition: position,
        newEndPosition: { row: 1, column: 18 },
      },
    ]);
    expect(tree.broken).toBe(false);
    expect(tree.facts.layers).toMatchObject([{ name: 'Linear', params: 9 }]);
  });
});

describe('text that is no program', () => {
  it.each([
    ['nothing', ''],
    ['binary junk', String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 7919) % 65536))],
    ['deep nesting', 'x = ' + '('.repeat(20_000)],
    ['deep nesting that is valid', 'x = ' + '['.repeat(5_000) + ']'.repeat(5_000)],
    ['a chain of calls', 'import torch\nx = torch' + '.nn.Conv2d(1, 2, 3)'.repeat(3_000)],
    ['carriage returns and tabs', 'from torch import nn\r\n\tx = nn.Linear(1,\t2)\r\n'],
    ['lone surrogates', 'x = "\ud800"\ny = \udfff'],
  ])('is survived: %s', (_, text) => {
    const start = performance.now();
    const tree = new SyntaxTree(python, text);
    expect(Array.isArray(tree.facts.layers)).toBe(true);
    expect(typeof tree.broken).toBe('boolean');
    expect(tree.firstError === undefined).toBe(!tree.broken);
    tree.dispose();
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

it('parses and reads 2,000 lines fast enough for every keystroke', () => {
  const block = example('pytorch/convnet.py');
  let text = '';
  for (let i = 0; text.split('\n').length < 2000; i++) text += block.replaceAll('Block', `Block${i}`);
  const full: number[] = [];
  const incremental: number[] = [];
  const facts: number[] = [];
  const again: number[] = [];
  for (let i = 0; i < 7; i++) {
    const t0 = performance.now();
    const tree = new SyntaxTree(python, text);
    const t1 = performance.now();
    expect(tree.facts.layers.length).toBeGreaterThan(300);
    const t2 = performance.now();
    const at = text.indexOf('\n') + 1;
    const [start, end] = [
      { row: 1, column: 0 },
      { row: 1, column: 1 },
    ];
    const edit = { startIndex: at, oldEndIndex: at, newEndIndex: at + 1 };
    tree.update(`${text.slice(0, at)}x${text.slice(at)}`, [
      { ...edit, startPosition: start, oldEndPosition: start, newEndPosition: end },
    ]);
    const t3 = performance.now();
    expect(tree.facts.layers.length).toBeGreaterThan(300);
    const t4 = performance.now();
    full.push(t1 - t0);
    facts.push(t2 - t1);
    incremental.push(t3 - t2);
    again.push(t4 - t3);
    tree.dispose();
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  console.log(
    `2,000 lines: parsed in ${median(full).toFixed(1)} ms, facts read in ${median(facts).toFixed(1)} ms, ` +
      `after one key ${median(incremental).toFixed(1)} and ${median(again).toFixed(1)} ms (medians of 7)`,
  );
  expect(median(incremental)).toBeLessThan(100);
  expect(median(full)).toBeLessThan(1000);
});

describe('layers in a component', () => {
  it('are found beside JSX', async () => {
    const text =
      "import * as tf from '@tensorflow/tfjs';\n" +
      'export const net = () => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });\n' +
      'export const View = <T,>({ x }: { x: T }) => <p>{String(x)}</p>;\n';
    const tree = new SyntaxTree(await grammars.get('tsx'), text);
    expect(tree.broken).toBe(false);
    expect(tree.facts.layers.map(({ name, line }) => `${name}@${line}`)).toEqual(['dense@1']);
  });
});

describe('the grammar', () => {
  it('goes by the file name', () => {
    expect(grammarFor('/a/net.py')).toBe('python');
    expect(grammarFor('C:\\a\\net.mts')).toBe('typescript');
    expect(grammarFor('/a/net.jsx')).toBe('javascript');
    expect(grammarFor('/a/net.tsx')).toBe('tsx');
    expect(grammarFor('/a/net.cjs')).toBe('javascript');
    expect(grammarFor('/a/py')).toBeUndefined();
  });
});
