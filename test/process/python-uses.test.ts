// Classes whose constructors want arguments: how the file, its neighbours and its README build them, or what is asked for.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatShape } from '../../core/graph/shape';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const model = `from dataclasses import dataclass
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        return self.fc(x)

class Net(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(width) for _ in range(depth)])

    def forward(self, x):
        return self.blocks(x)
`;

const configured = (annotation: string) => `from dataclasses import dataclass
from torch import nn

@dataclass
class NetConfig:
    width: int = 6
    classes: int = 3

@dataclass
class OtherConfig:
    width: int = 99
    classes: int = 5

class Net(nn.Module):
    def __init__(self, config${annotation}):
        super().__init__()
        self.fc = nn.Linear(config.width, config.classes)

    def forward(self, x):
        return self.fc(x)

    @classmethod
    def loaded(cls, config):
        return Net(config)
`;

describe('a class whose constructor wants arguments', () => {
  let frontend: Frontend;
  let folder: string;
  beforeAll(() => {
    frontend = createPythonFrontend({
      distDir: path.resolve(import.meta.dirname, '../../dist'),
      deadlineMs: 60_000,
    });
  });
  afterAll(() => frontend.dispose());
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-uses-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, text: string) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const read = async (text: string, name = 'model.py') => {
    const file = put(name, text);
    const request = { file, text, workspaceFolder: folder };
    const { models, diagnostics } = await frontend.trace(request, new AbortController().signal);
    return {
      models: models.map(
        ({ graph }) =>
          `${graph.name} ${Object.keys(graph.params).length} ${graph.inputs.map((id) => formatShape(graph.values[id]!.shape)).join(' and ')}`,
      ),
      said: diagnostics.map(
        ({ severity, code, message, range }) => `${severity} ${code} ${range.startLine + 1}: ${message}`,
      ),
    };
  };

  it('is built with the class of settings that stands beside it', async () => {
    expect(await read(configured(''))).toEqual({ models: ['Net 2 N×6'], said: [] });
  });

  it('is built with the class of settings that its argument is annotated with', async () => {
    expect(await read(configured(': OtherConfig'))).toEqual({ models: ['Net 2 N×99'], said: [] });
    expect(await read(configured(': "NetConfig"'))).toEqual({ models: ['Net 2 N×6'], said: [] });
  });

  it('is built as another file of the workspace builds it', async () => {
    put('scripts/train.py', 'import model\nnet = model.Net(width=8, depth=3)\nx = torch.randn(4, 5, 8)\n');
    expect(await read(model, 'pkg/model.py')).toEqual({ models: ['Net 6 N×5×8'], said: [] });
  });

  it('is built as a file does that calls it by another name', async () => {
    put('hubconf.py', 'from pkg import Net as _Net\n\ndef small():\n    return _Net(width=8, depth=2)\n');
    expect(await read(model, 'pkg/model.py')).toEqual({ models: ['Net 4 N×8'], said: [] });
  });

  it('is built as the README says, and a block that is no Python is passed over', async () => {
    put(
      'README.md',
      'Use it:\n\n```bash\nNet(1, 1)\n```\n\n```python\nNet(\n```\n\n```python\nnet = Net(\n  width = 4, # "(" \n  depth = 1,\n)\n```\n',
    );
    expect(await read(model)).toEqual({ models: ['Net 2 N×4'], said: [] });
  });

  it('is not built as another class of its name is', async () => {
    put('a_first.py', 'from elsewhere import Net\nnet = Net(1, 1)\n');
    put('a_second.py', 'class Net:\n    pass\nnet = Net(2, 1)\n');
    put('tests/one.py', 'from pkg.model import Net\nnet = Net(8, 3)\n');
    put('zoo.py', 'from pkg import Net\nnet = Net(4, 3)\n');
    expect((await read(model, 'pkg/model.py')).models).toEqual(['Net 6 N×8']);
  });

  const parser = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument('data')
group = parser.add_argument_group('model')
group.add_argument('--width', type=int, default=8)
group.add_argument('--depth', type=int, default=2)
`;
  const guarded = (...lines: string[]) =>
    `\nif __name__ == '__main__':\n${lines.map((line) => `    ${line}\n`).join('')}`;

  // What is in the way (data, a GPU, a loop without end) is not run.
  it.each([
    [
      'below the guard',
      guarded('args = parser.parse_args()', 'x = open(args.data)', 'Net(args.width, args.depth)'),
    ],
    [
      'with what it is set to',
      guarded('args = parser.parse_args()', 'args.width *= 2', 'net = Net(args.width, 1)'),
      'Net 2 N×16',
    ],
    [
      'as one branch says',
      guarded('width = 3', 'if parser:', '    width = 5', 'Net(width, depth=1)'),
      'Net 2 N×5',
    ],
    [
      'in the first round of a loop',
      guarded('for width in (4, 6):', '    while True: pass', '    Net(width, 1)'),
      'Net 2 N×4',
    ],
    [
      'in a function, by its default',
      '\ndef main(width=6):\n    import missing\n    Net(width, 1)\n',
      'Net 2 N×6',
    ],
    [
      'in a function that a function calls',
      `
def parsed():
    return parser.parse_args()

def build(options, depth):
    width = options.width
    return Net(width, depth).cuda()

def main(args):
    while True:
        pass
    model = build(args, depth=args.depth)
${guarded('main(parsed())')}`,
    ],
    [
      'in a method',
      '\nclass Trainer:\n    def fit(self, args=parser.parse_args()):\n        self.net = Net(args.width, args.depth)\n',
    ],
  ])(
    'is built as its own file does %s, with defaults of a command line',
    async (_, uses, said = 'Net 4 N×8') => {
      expect(await read(model + parser + uses)).toEqual({ models: [said], said: [] });
    },
  );

  it('is built as another file does from its command line, of which nothing else is run', async () => {
    const text = `import missing\nfrom model import Net\n${parser}raise SystemExit\n`;
    put(
      'train.py',
      `${text}def main(args):\n    data = missing.load(args.data)\n    net = Net(args.width, args.depth)\n${guarded('main(parser.parse_args())')}`,
    );
    expect(await read(model)).toEqual({ models: ['Net 4 N×8'], said: [] });
  });

  it('is asked for where nothing says how, and its parts are not', async () => {
    put('train.py', 'from model import Net\ndef main(args):\n    return Net(args.width, args.depth)\n');
    expect(await read(model)).toEqual({
      models: [],
      said: [
        'information needs-arguments 13: Net is built with arguments that nothing here says; say them: # espalier: model Net(width=…, depth=…)',
      ],
    });
  });

  it('is read anew when the file that builds it changes', async () => {
    put('train.py', 'from model import Net\nnet = Net(8, 3)\n');
    expect((await read(model)).models).toEqual(['Net 6 N×8']);
    put('train.py', 'from model import Net\n\n\nnet = Net(8, 1)\n');
    expect((await read(model)).models).toEqual(['Net 2 N×8']);
  });

  it('is not looked for behind links that lead out of the workspace', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'espalier-outside-'));
    writeFileSync(path.join(outside, 'train.py'), 'net = Net(8, 3)\n');
    symlinkSync(outside, path.join(folder, 'linked'));
    symlinkSync(path.join(outside, 'train.py'), path.join(folder, 'train.py'));
    expect((await read(model)).models).toEqual([]);
    rmSync(outside, { recursive: true, force: true });
  });

  it('is not blamed for a package that imports its file while that file runs', async () => {
    put('pkg/__init__.py', 'from pkg.model import Net\nfrom pkg.other import Other\n');
    put('pkg/other.py', 'Other = 1\n');
    const { said } = await read(`from pkg.other import Other\n${model}`, 'pkg/model.py');
    expect(said).toEqual([expect.stringContaining('needs-arguments')]);
  });
});
