// Widths of a pruned model written into its source: what is changed in which style of writing, and what is said where it cannot be.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import { shrink } from '../../core/graph/surgery';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { replaceLiterals } from '../../language-server/frontends/replace-literals';
import { writeWidths } from '../../language-server/frontends/write-widths';

let frontend: Frontend;
beforeAll(() => {
  frontend = createPythonFrontend({ distDir: path.resolve('dist'), deadlineMs: 60_000 });
});
afterAll(() => frontend.dispose());

const file = '/models/net.py';
const signal = new AbortController().signal;

/** Every group keeps as many channels as `left` says of its first layer and its width; all where it says nothing. */
type Left = (id: string, channels: number) => number | undefined;

function smaller(graph: ModelGraph, left: Left): ModelGraph {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);
  const kept = groups.map(({ id, channels }): [string, Uint32Array] => {
    const count = left(id, channels) ?? channels;
    return [id, Uint32Array.from({ length: count }, (_, i) => channels - count + i)];
  });
  return shrink(graph, new Map(kept)).graph;
}

async function write(text: string, model: string, left: Left, openFiles: Record<string, string> = {}) {
  const source = { file, text, workspaceFolder: '/models', openFiles: new Map(Object.entries(openFiles)) };
  const { models, diagnostics } = await frontend.trace(source, signal);
  const traced = models.find(({ graph }) => graph.name === model);
  if (!traced) throw new Error(`no ${model}: ${diagnostics.map(({ message }) => message).join('; ')}`);
  const dense = traced.graph;
  const sparse = smaller(dense, left);
  const { edits, hindrances, notes } = await writeWidths(frontend, { source, model, dense, sparse }, signal);
  const own = edits.filter((edit) => edit.source.file === file);
  const lines = hindrances.map((h) => (h.source ? `${h.source.startLine + 1}: ${h.text}` : h.text));
  return { text: replaceLiterals(text, own), edits, lines, notes, dense, sparse };
}

/** A network with these layers, which forward calls one after the other. */
const net = (layers: string, rest = '') => `import torch
from torch import nn

${rest}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
${layers
  .trim()
  .split('\n')
  .map((line) => `        ${line.trimStart()}`)
  .join('\n')}

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x


# espalier: model Net() input=(1, 3, 16, 16)
`;

/** 32 → 23 and 64 → 47, whichever layer it is. */
const most: Left = (_, channels) => Math.floor((channels * 3) / 4) - 1;
/** The lines of the result that are not those of the text. */
const changedLines = (before: string, after: string): string[] => {
  const old = before.split('\n');
  return after
    .split('\n')
    .filter((line, i) => line !== old[i])
    .map((line) => line.trim());
};

describe('widths are written where they are', () => {
  it.each<[string, string, string[]]>([
    [
      'arguments by position and by name, and products of what a flatten leaves',
      net(`self.a = nn.Conv2d(3, 32, 3, padding=1)
           self.bn = nn.BatchNorm2d(num_features=32)
           self.b = nn.Conv2d(in_channels=32, out_channels=64, kernel_size=3, padding=1)
           self.pool = nn.MaxPool2d(4)
           self.flat = nn.Flatten()
           self.fc = nn.Linear(64 * 4 * 4, 10)`),
      [
        'self.a = nn.Conv2d(3, 23, 3, padding=1)',
        'self.bn = nn.BatchNorm2d(num_features=23)',
        'self.b = nn.Conv2d(in_channels=23, out_channels=47, kernel_size=3, padding=1)',
        'self.fc = nn.Linear(47 * 4 * 4, 10)',
      ],
    ],
    [
      'a product spelled out as one number',
      net(`self.a = nn.Conv2d(3, 64, 3, padding=1)
           self.pool = nn.MaxPool2d(4)
           self.flat = nn.Flatten()
           self.fc = nn.Linear(1024, 10)`),
      ['self.a = nn.Conv2d(3, 47, 3, padding=1)', 'self.fc = nn.Linear(752, 10)'],
    ],
    [
      'a constant of the module that several layers use',
      net(
        `self.a = nn.Conv2d(3, WIDTH, 3)
         self.bn = nn.BatchNorm2d(WIDTH)
         self.b = nn.Conv2d(WIDTH, 4, 3)`,
        'WIDTH = 32\n',
      ),
      ['WIDTH = 23'],
    ],
    [
      'a list that a loop builds layers from',
      `from torch import nn

CONFIG = [16, 32, 'M', 64, 'M', 1_28]

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for i, item in enumerate(CONFIG):
            if item == 'M':
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(inputs, item, 3, padding=1), nn.BatchNorm2d(item), nn.ReLU()]
                inputs = item
        self.features = nn.Sequential(*layers)
        self.head = nn.Conv2d(inputs, 10, 1)

    def forward(self, x):
        return self.head(self.features(x))
`,
      ["CONFIG = [11, 23, 'M', 47, 'M', 95]"],
    ],
    [
      'defaults of a constructor, and an argument that is passed on',
      `from torch import nn

class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn(self.conv(x))

class Net(nn.Module):
    def __init__(self, width=32, *, last: int = 64):
        super().__init__()
        self.a = Block(3, width)
        self.b = Block(width, last)
        self.c = Block(last, 16)
        self.head = nn.Conv2d(16, 10, 1)

    def forward(self, x):
        return self.head(self.c(self.b(self.a(x))))
`,
      [
        'def __init__(self, width=23, *, last: int = 47):',
        'self.c = Block(last, 11)',
        'self.head = nn.Conv2d(11, 10, 1)',
      ],
    ],
    [
      'a configuration: dataclass, dictionary and keywords',
      `from dataclasses import dataclass, field
from torch import nn

@dataclass
class Config:
    stem: int = 32
    stages: list = field(default_factory=lambda: [64, 16])

SIZES = {'last': 24}

class Inner(nn.Module):
    def __init__(self, config=None, **sizes):
        super().__init__()
        config = config or Config()
        a, b = config.stages
        self.stem = nn.Conv2d(3, config.stem, 3)
        self.a = nn.Conv2d(config.stem, a, 3)
        self.b = nn.Conv2d(a, b, 3)
        self.c = nn.Conv2d(b, sizes['last'], 3)
        self.head = nn.Conv2d(sizes['last'], 10, 1)

    def forward(self, x):
        return self.head(self.c(self.b(self.a(self.stem(x)))))

def make():
    return Inner(**SIZES)
`,
      ['stem: int = 23', 'stages: list = field(default_factory=lambda: [47, 11])', "SIZES = {'last': 17}"],
    ],
    [
      'both numbers of a depthwise convolution, and what stands behind letters that take two units',
      net(`"""a ☕ for 𝛼"""; self.a = nn.Conv2d(3, 32, 1); self.d = nn.Conv2d(32, 32, 3, padding=1, groups=32)
           self.name = "𝛼𝛽" and 'é'; self.b = nn.Conv2d(32, 4, 1)`).replace(
        'for layer in self.children()',
        'for layer in (self.a, self.d, self.b)',
      ),
      [
        `"""a ☕ for 𝛼"""; self.a = nn.Conv2d(3, 23, 1); self.d = nn.Conv2d(23, 23, 3, padding=1, groups=23)`,
        `self.name = "𝛼𝛽" and 'é'; self.b = nn.Conv2d(23, 4, 1)`,
      ],
    ],
    [
      'sums of what is concatenated, products and halves of a width',
      `import torch
from torch import nn

WIDTH = 32

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, WIDTH, 3, padding=1)
        self.b = nn.Conv2d(3, 16, 3, padding=1)
        self.c = nn.Conv2d(WIDTH + 16, 2 * 6, 3)
        self.d = nn.Conv2d(12, 40 // 2, 3)
        self.e = nn.Conv2d(20, 10, 1)

    def forward(self, x):
        x = torch.cat([self.a(x), self.b(x)], 1)
        return self.e(self.d(self.c(x)))
`,
      [
        'WIDTH = 23',
        'self.b = nn.Conv2d(3, 11, 3, padding=1)',
        'self.c = nn.Conv2d(WIDTH + 11, 2 * 4, 3)',
        'self.d = nn.Conv2d(8, 28 // 2, 3)',
        'self.e = nn.Conv2d(14, 10, 1)',
      ],
    ],
    [
      'sizes that forward spells out, and a parameter of its own',
      `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 32, 3, padding=1)
        self.scale = nn.Parameter(torch.ones(1, 32, 1, 1))
        self.fc = nn.Linear(32 * 64, 10)

    def forward(self, x):
        x = torch.max_pool2d(self.a(x) * self.scale, 2)
        return self.fc(x.view(-1, 32 * 8 * 8))

# espalier: model Net() input=(1, 3, 16, 16)
`,
      [
        'self.a = nn.Conv2d(3, 23, 3, padding=1)',
        'self.scale = nn.Parameter(torch.ones(1, 23, 1, 1))',
        'self.fc = nn.Linear(23 * 64, 10)',
        'return self.fc(x.view(-1, 23 * 8 * 8))',
      ],
    ],
  ])('%s', async (_, text, lines) => {
    const model = text.includes('def make') ? 'make' : 'Net';
    const result = await write(text, model, most);
    expect(result.lines).toEqual([]);
    expect(changedLines(text, result.text)).toEqual(lines);
  });
});

const blocks = (...lines: string[]) => `from torch import nn

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a = nn.Conv2d(width, 32, 1)
        self.b = nn.Conv2d(32, width, 1)

    def forward(self, x):
        return x + self.b(self.a(x))

class Net(nn.Module):
    def __init__(self, scale=0.5):
        super().__init__()
${lines.map((line) => `        ${line}`).join('\n')}
        self.head = nn.Conv2d(64, 10, 1)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))
`;

describe('where they cannot be written', () => {
  /** The inner layers of two blocks come to other widths. */
  const uneven: Left = (id, channels) =>
    channels === 32 ? (id.startsWith('blocks.0') ? 20 : 24) : undefined;

  it('a line that builds several layers of other widths is named, with all of them, and nothing is offered', async () => {
    const text = blocks(
      'self.stem = nn.Conv2d(3, 64, 3)',
      'self.blocks = nn.Sequential(Block(64), Block(64))',
    );
    const { edits, lines } = await write(text, 'Net', uneven);
    expect(edits).toEqual([]);
    expect(lines).toEqual([
      '6: 32 is one number for blocks.0.a (32 → 20); blocks.1.a (32 → 24)',
      '7: 32 is one number for blocks.0.b (32 → 20); blocks.1.b (32 → 24)',
    ]);
    // The same blocks with the same widths are no obstacle.
    const even = await write(text, 'Net', (_, channels) => (channels === 32 ? 20 : 50));
    expect(even.lines).toEqual([]);
    expect(changedLines(text, even.text)).toEqual([
      'self.a = nn.Conv2d(width, 20, 1)',
      'self.b = nn.Conv2d(20, width, 1)',
      'self.stem = nn.Conv2d(3, 50, 3)',
      'self.blocks = nn.Sequential(Block(50), Block(50))',
      'self.head = nn.Conv2d(50, 10, 1)',
    ]);
  });

  it('a layer of a loop that stays keeps the number that the others would change', async () => {
    const text = blocks(
      'self.stem = nn.Conv2d(3, 64, 3)',
      'self.blocks = nn.Sequential(*[Block(64) for _ in range(5)])',
    );
    const { edits, lines } = await write(text, 'Net', (id, channels) =>
      channels === 32 && !id.startsWith('blocks.3') ? 8 : undefined,
    );
    expect(edits).toEqual([]);
    expect(lines[0]).toBe('6: 32 is one number for blocks.0.a and 3 more (32 → 8); blocks.3.a (stays 32)');
  });

  it('a width that is computed from what is no whole number is found out by reading the result', async () => {
    const text = blocks(
      'self.stem = nn.Conv2d(3, int(128 * scale), 3)',
      'self.blocks = nn.Sequential(Block(64))',
    );
    const { edits, lines } = await write(text, 'Net', (_, channels) => (channels === 64 ? 40 : undefined));
    expect(edits).toEqual([]);
    expect(lines).toEqual([
      '15: the width of stem (64 → 40) is computed, or written in a file that is not yours',
    ]);
  });

  it('a product that no one factor can make right', async () => {
    const text = blocks('self.stem = nn.Conv2d(3, 2 * 32, 3)', 'self.blocks = nn.Sequential(Block(64))');
    const { edits, lines } = await write(text, 'Net', (_, channels) => (channels === 64 ? 47 : undefined));
    expect(edits).toEqual([]);
    expect(lines).toEqual(['15: stem (64 → 47) is computed from 2, 32, of which none can make it so']);
  });

  it('a number that also counts something else', async () => {
    const text = `from torch import nn

WIDTH = 6

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTH, 1)
        self.rest = nn.Sequential(*[nn.Conv2d(WIDTH, WIDTH, 1) for _ in range(WIDTH)])
        self.head = nn.Conv2d(WIDTH, 10, 1)

    def forward(self, x):
        return self.head(self.rest(self.stem(x)))
`;
    const { edits, lines } = await write(text, 'Net', () => 4);
    expect(edits).toEqual([]);
    expect(lines).toEqual(
      ['4.weight', '4.bias', '5.weight', '5.bias'].map(
        (name) => `9: with its numbers changed it has no parameter rest.${name}`,
      ),
    );
  });
});

describe('numbers that stand elsewhere', () => {
  const importing = `from torch import nn
from config import WIDTH

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, WIDTH, 3)
        self.b = nn.Conv2d(WIDTH, 10, 1)

    def forward(self, x):
        return self.b(self.a(x))
`;

  it('in another file of the workspace are changed there', async () => {
    const { edits, lines } = await write(importing, 'Net', most, { '/models/config.py': '\nWIDTH = 32\n' });
    expect(lines).toEqual([]);
    expect(edits.map(({ source, from, to }) => [source.file, source.startLine, from, to])).toEqual([
      ['/models/config.py', 1, 32, 23],
    ]);
  });

  it('and change another model of the file with them are said to', async () => {
    const text = `${net('self.a = nn.Conv2d(3, W, 3)\nself.b = nn.Conv2d(W, 4, 1)', 'W = 32\n')}

class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(5, W)

    def forward(self, x):
        return self.a(x)
`;
    const { notes, lines } = await write(text, 'Net', most);
    expect(lines).toEqual([]);
    expect(notes).toEqual(['Other of the same file changes too']);
  });
});

describe('Keras models', () => {
  it.each<[string, string, string[]]>([
    [
      'built in a row',
      `import keras
from keras import layers

def make(width=32):
    return keras.Sequential([
        keras.Input((16, 16, 3)),
        layers.Conv2D(width, 3, padding='same'),
        layers.BatchNormalization(),
        layers.Conv2D(filters=64, kernel_size=3),
        layers.Flatten(),
        layers.Dense(100, activation='relu'),
        layers.Dense(10),
    ])
`,
      [
        'def make(width=23):',
        'layers.Conv2D(filters=47, kernel_size=3),',
        "layers.Dense(74, activation='relu'),",
      ],
    ],
    [
      'built of functions, in a loop over a list',
      `from tensorflow import keras
from tensorflow.keras import layers

FILTERS = [16, 32]

def make():
    inputs = x = keras.Input((16, 16, 3))
    for filters in FILTERS:
        x = layers.Conv2D(filters, 3, padding='same')(x)
        x = layers.BatchNormalization()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10)(x))
`,
      ['FILTERS = [11, 23]'],
    ],
  ])('%s', async (_, text, lines) => {
    const result = await write(text, 'make', most);
    expect(result.lines).toEqual([]);
    expect(changedLines(text, result.text)).toEqual(lines);
  });
});

describe('what nothing can be written for', () => {
  const text = net('self.a = nn.Conv2d(3, 32, 3)\nself.b = nn.Conv2d(32, 4, 1)');
  const source = { file, text, workspaceFolder: '/models' };
  const graphs = async () => {
    const dense = (await frontend.trace(source, signal)).models[0]!.graph;
    return { dense, sparse: smaller(dense, most) };
  };

  it('is one line that says why', async () => {
    const { dense, sparse } = await graphs();
    const ask = (request: object) =>
      writeWidths(frontend, { source, model: 'Net', dense, sparse, ...request }, signal);
    const changed = (by: string, piece = '32') => ({
      source: { ...source, text: text.replaceAll(piece, by) },
    });
    await expect(ask({ sparse: dense })).rejects.toThrow(/^Net lost no channels, so its source/);
    await expect(ask({ model: 'Nets' })).rejects.toThrow(/^net\.py has no model Nets$/);
    await expect(ask(changed('30'))).rejects.toThrow(
      /^Net in net\.py is not the model of the run any more: a\.weight is 30×3×3×3, not 32×3×3×3$/,
    );
    await expect(ask(changed('Conv2d(3, 32, 3, padding=1)', 'Conv2d(3, 32, 3)'))).rejects.toThrow(
      /any more: a: padding of conv2d is \[1,1\], not \[0,0\]$/,
    );
    await expect(ask(changed('23'))).rejects.toThrow(/^net\.py has these widths already$/);
    await expect(ask(changed('(', '(3, 32'))).rejects.toThrow(/^net\.py has no model Net: /);
  });

  it('reading a text aside leaves the trace of the file alone', async () => {
    const { dense, sparse } = await graphs();
    const editor = frontend.trace({ ...source, text: `${text}\n# typed` }, signal);
    const { edits } = await writeWidths(frontend, { source, model: 'Net', dense, sparse }, signal);
    expect(edits).toHaveLength(2);
    expect((await editor).models).toHaveLength(1);
  });
});

describe('following literals changes nothing of what is read', () => {
  const folders = ['test/golden/pytorch', 'test/golden/keras', 'examples/pytorch', 'examples/keras'];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.py'))
      .map((name) => path.join(folder, name)),
  );

  it.each(files)('in %s', async (name) => {
    const place = path.resolve(name);
    const request = { file: place, text: readFileSync(place, 'utf8'), workspaceFolder: path.dirname(place) };
    const plain = await frontend.trace(request, signal);
    const followed = await frontend.trace({ ...request, written: true }, signal);
    const graphs = ({ models }: typeof plain) => models.map(({ graph }) => graph);
    expect(graphs(followed)).toEqual(graphs(plain));
    expect(followed.diagnostics).toEqual(plain.diagnostics);
    expect(followed.models.some(({ written }) => written!.length > 0)).toBe(true);
  });

  it('in a file that does everything to its numbers that Python can', async () => {
    const text = `import copy, enum, json, math, operator, pickle, sys
from collections import Counter, namedtuple
from dataclasses import dataclass, replace
from functools import lru_cache, partial, reduce
from typing import Literal
import numpy as np
import torch
from torch import nn

class Width(enum.IntEnum):
    SMALL = 8
    LARGE = 24

class Flags(enum.IntFlag):
    A = 1
    B = 2

@dataclass(frozen=True)
class Config:
    width: int = 32
    depth: Literal[2, 3] = 2

Pair = namedtuple('Pair', 'a b', defaults=(4, 6))

def kind(n):
    match n:
        case 1 | 2:
            return 'small'
        case int(x) if x > 30:
            return f'{x:>4}|{x!r}'.strip()
        case [1, *rest]:
            return rest
    return str(n)

@lru_cache(maxsize=16)
def doubled(n: int = 16) -> int:
    return n << 1 if n % 2 == 0 else -(-n // 2)

config = replace(copy.deepcopy(pickle.loads(pickle.dumps(Config()))), depth=3)
table = json.loads(json.dumps({'a': [12, {'b': 20}], '7': 7}))
grid = [[0] * 3 for _ in range(2)]
grid[1][2] = (1, 2, 3)[1:][0]
assert kind(32) == '32|32' and kind(2) == 'small' and 'x' * 3 == 'xxx' and hex(255) == '0xff'
assert Flags.A | Flags.B == 3 and Counter([1, 1, 2])[1] == 2 and {16: 'w'}[16] == 'w' and isinstance(5, int)
assert 7 // 2 == 3 and 7 % 4 == 3 and 2 ** 5 == 32 and divmod(9, 4) == (2, 1) and -3 < 2 and not 5 == 6
assert sum([1, 2, 3]) == 6 and math.prod([2, 3]) == 6 and max(3, 9) == 9 and round(2.5 * 2) == 5 and 3 / 2 == 1.5
assert operator.index(4) == 4 and bytes([65, 66]) == b'AB' and '{:03d}'.format(7) == '007' and '%d' % 5 == '5'
assert np.prod([2, 3]) == 6 and reduce(operator.mul, (2, 4), 1) == 8 and (n := 5) + n == 10 and 0x10 | 1 == 17

class Net(nn.Module):
    def __init__(self, width=config.width, *sizes, pair=Pair(), **more):
        super().__init__()
        self.a = nn.Conv2d(3, width, (3, 1), padding=(1, 0), **{'groups': 1})
        self.b = nn.Conv2d(config.width, doubled(), kernel_size=1)
        self.c = partial(nn.Conv2d, doubled(16))(Width.LARGE, 1)
        self.d = nn.Conv2d(Width.LARGE, table['a'][1]['b'], pair.a - 3)
        self.e = nn.Conv2d(20, sum(pair) + 2, 1, dilation=True + 0)
        self.norm = nn.GroupNorm(4, 12)
        self.drop = nn.Dropout(p=1 / 4)
        self.head = nn.LazyLinear(10)

    def forward(self, x):
        for i, layer in enumerate((self.a, self.b, self.c, self.d, self.e), start=1):
            x = layer(x) if i < 100 else x
        x = self.drop(self.norm(x)).mean((2, 3))[:, 0:12]
        return self.head(torch.cat([x, x[..., :6]], dim=1).view(-1, 18))

# espalier: model Net() input=(1, 3, 16, 16)
`;
    const request = { file, text, workspaceFolder: '/models' };
    const plain = await frontend.trace(request, signal);
    const followed = await frontend.trace({ ...request, written: true }, signal);
    expect(plain.diagnostics).toEqual([]);
    expect(followed.diagnostics).toEqual([]);
    expect(followed.models[0]!.graph).toEqual(plain.models[0]!.graph);
  });
});
