// What a trace says beside the graph: the tree of modules, and which lines of the user's call which modules.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatShape } from '../../core/graph/shape';
import type { Frontend, TracedModel } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const text = `import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.conv = nn.Conv2d(n, m, 3, stride=2)

    def forward(self, x):
        return torch.relu(self.conv(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        self.blocks = nn.ModuleList([Block(8, 8), Block(8, 4)])

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return x

# espalier: model Net() input=(1, 3, 33, 33)
`;

let frontend: Frontend;
let model: TracedModel;
beforeAll(async () => {
  frontend = createPythonFrontend({ distDir: path.resolve(import.meta.dirname, '../../dist') });
  const request = { file: '/tmp/espalier-tree/net.py', text };
  const { models } = await frontend.trace(request, new AbortController().signal);
  model = models[0]!;
});
afterAll(() => frontend.dispose());

const line = (piece: string) => text.slice(0, text.indexOf(piece)).split('\n').length - 1;

it('names every module with its class and the line that built it, in the order of named_modules', () => {
  expect(model.modules!.map(({ path: at, type }) => `${at}: ${type}`)).toEqual([
    ': Net',
    'stem: Sequential',
    'stem.0: Conv2d',
    'stem.1: ReLU',
    'blocks: ModuleList',
    'blocks.0: Block',
    'blocks.0.conv: Conv2d',
    'blocks.1: Block',
    'blocks.1.conv: Conv2d',
  ]);
  const block = model.modules!.find((module) => module.path === 'blocks.1')!;
  expect(text.split('\n')[block.source!.startLine]!.slice(block.source!.startColumn)).toMatch(
    /^Block\(8, 4\)/,
  );
});

it('keeps each line that calls modules once, with the first shape and whether others differ', () => {
  const calls = model.calls!.map(({ source, paths, outputs, varies }) => ({
    line: source.startLine,
    text: text.split('\n')[source.startLine]!.slice(source.startColumn, source.endColumn),
    paths,
    shape: outputs.map(formatShape).join(),
    varies,
  }));
  expect(calls).toEqual([
    {
      line: line('x = self.stem(x)'),
      text: 'self.stem(x)',
      paths: ['stem'],
      shape: 'N×8×31×31',
      varies: false,
    },
    {
      line: line('return torch.relu'),
      text: 'self.conv(x)',
      paths: ['blocks.0.conv', 'blocks.1.conv'],
      shape: 'N×8×15×15',
      varies: true,
    },
    {
      line: line('x = block(x)'),
      text: 'block(x)',
      paths: ['blocks.0', 'blocks.1'],
      shape: 'N×8×15×15',
      varies: true,
    },
  ]);
});
