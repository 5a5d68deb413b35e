// What the Python frontend finds in a file, what it takes as input, and what it says when something is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatShape } from '../../core/graph/shape';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const head = 'import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n';

/** A module class whose constructor and forward are these lines. */
const net = (init: string, forward: string, name = 'Net', args = '') =>
  `class ${name}(nn.Module):
    def __init__(self${args}):
        super().__init__()
        ${init.trim().split('\n').join('\n        ')}

    def forward(self, x):
        ${forward.trim().split('\n').join('\n        ')}
`;

describe('a Python file', () => {
  let frontend: Frontend;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-python-'));
    frontend = createPythonFrontend({
      distDir: path.resolve(import.meta.dirname, '../../dist'),
      deadlineMs: 60_000,
    });
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const trace = (text: string, openFiles?: ReadonlyMap<string, string>): Promise<TraceResult> =>
    frontend.trace(
      {
        file: path.join(folder, 'model.py'),
        text,
        workspaceFolder: folder,
        ...(openFiles ? { openFiles } : {}),
      },
      new AbortController().signal,
    );
  const names = ({ models }: TraceResult) => models.map(({ graph }) => graph.name);
  const inputs = ({ models }: TraceResult) =>
    models.map(({ graph }) => graph.inputs.map((id) => formatShape(graph.values[id]!.shape)).join(' and '));
  const ops = ({ models }: TraceResult) => models[0]!.graph.nodes.map(({ op }) => op);
  const outputs = ({ models }: TraceResult) =>
    models[0]!.graph.outputs.map((id) => formatShape(models[0]!.graph.values[id]!.shape));
  const said = ({ diagnostics }: TraceResult) =>
    diagnostics.map(
      ({ severity, code, message, range }) => `${severity} ${code} ${range.startLine + 1}: ${message}`,
    );

  describe('runs the hooks of a forward', () => {
    const hooked = (register: string, forward: string) =>
      trace(head + net(`self.a, self.seen = nn.Linear(4, 8), []\n${register}`, forward));

    it('that keep what a layer makes, put something else in its place, or change what it is given', async () => {
      const keep = 'self.a.register_forward_hook(lambda module, args, y: self.seen.append(y))';
      const kept = await hooked(keep, 'self.seen.clear()\nself.a(x)\nreturn self.seen[0].relu()');
      expect([ops(kept), outputs(kept)]).toEqual([['linear', 'relu'], ['N×8']]);
      const swap = 'self.a.register_forward_hook(lambda module, args, y: y[:, :2])';
      expect(outputs(await hooked(swap, 'return self.a(x)'))).toEqual(['N×2']);
      const before =
        'self.a.register_forward_pre_hook(lambda m, args, named: ((args[0] * 2,), named), with_kwargs=True)';
      expect(ops(await hooked(before, 'return self.a(x)'))).toEqual(['mul', 'linear']);
    });

    it('until they are removed, and without those that want numbers', async () => {
      const gone = 'self.a.register_forward_hook(lambda module, args, y: y.relu()).remove()';
      expect(ops(await hooked(gone, 'return self.a(x)'))).toEqual(['linear']);
      const numbers =
        'self.a.register_forward_hook(lambda module, args, y: self.seen.append(y.max().item() + 1 / 0))';
      const result = await hooked(numbers, 'return self.a(x).sigmoid()');
      expect([ops(result).at(-1), said(result)]).toEqual(['sigmoid', []]);
    });
  });

  describe('names its models', () => {
    const block = net('self.fc = nn.Linear(n, n)', 'return self.fc(x)', 'Block', ', n=4');

    it('after classes that can be built without arguments, and leaves out what they are built of', async () => {
      const outer = net('self.block = Block(4)', 'return self.block(x)', 'Outer');
      expect(names(await trace(head + block + outer))).toEqual(['Outer']);
      expect(names(await trace(head + block))).toEqual(['Block']);
    });

    it('after factories, and leaves out the class they return', async () => {
      expect(
        names(
          await trace(
            `${head}${block}\ndef small():\n    return Block(2)\n\ndef large(n=64):\n    return Block(n)\n`,
          ),
        ),
      ).toEqual(['small', 'large']);
    });

    it('after the class of an only instance, and after variables where there are several', async () => {
      expect(names(await trace(`${head}${block}\nmodel = Block(8)\n`))).toEqual(['Block']);
      expect(names(await trace(`${head}${block}\nteacher = Block(8)\nstudent = Block(2)\n`))).toEqual([
        'teacher',
        'student',
      ]);
      expect(names(await trace(`${head}net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())\n`))).toEqual(['net']);
    });

    it('where a comment asks for them, with its arguments and input', async () => {
      const needy = net('self.fc = nn.Conv2d(n, 4, 3)', 'return self.fc(x)', 'Needy', ', n');
      const result = await trace(`${head}${needy}\n# espalier: model Needy(n=5) input=(1, 5, 17, 19)\n`);
      expect([names(result), inputs(result)]).toEqual([['Needy'], ['N×5×17×19']]);
      expect(result.models[0]!.source?.startLine).toBe(4);
    });

    it('where the file itself calls them, under the main guard too', async () => {
      const needy = net('self.fc = nn.Linear(n, 4)', 'return self.fc(x)', 'Needy', ', n');
      expect(
        inputs(await trace(`${head}${needy}\nif __name__ == '__main__':\n    net = Needy(6)\n`)),
      ).toEqual(['N×6']);
    });

    it('behind a parser that wants what nobody gives here', async () => {
      const script = `${head}import argparse
parser = argparse.ArgumentParser()
parser.add_argument('folder')
parser.add_argument('--data', required=True)
parser.add_argument('--width', type=int, default='6')
args = parser.parse_args()
${net('self.fc = nn.Linear(args.width, 2 if args.data is args.folder is None else 3)', 'return self.fc(x)')}`;
      const result = await trace(script);
      expect([said(result), inputs(result), outputs(result)]).toEqual([[], ['N×6'], ['N×2']]);
      const given = script.replace('parse_args()', "parse_args(['here', '--data', 'there', '--width', '8'])");
      expect(outputs(await trace(given))).toEqual(['N×3']);
    });

    it('and leaves losses, helpers and data sets alone', async () => {
      const result = await trace(`${head}
class Loss(nn.Module):
    def forward(self, a, b):
        return (a - b).abs().mean()

class Data(torch.utils.data.Dataset):
    def __len__(self):
        return 3

def load():
    return Data()

criterion = nn.CrossEntropyLoss()
`);
      expect(result).toEqual({ models: [], diagnostics: [] });
    });
  });

  describe('gets an input', () => {
    const conv = (channels: number, rest: string, forward: string) =>
      head + net(`self.c = nn.Conv2d(${channels}, 8, 3)\n${rest}`, forward);
    const pooled = 'return self.fc(self.c(x).mean((2, 3)))';

    it.each([
      ['grey images of 28', conv(1, 'self.fc = nn.Linear(8, 10)', pooled), 'N×1×28×28'],
      [
        'colour images of 32 where ten classes follow',
        conv(3, 'self.fc = nn.Linear(8, 10)', pooled),
        'N×3×32×32',
      ],
      [
        'colour images of 224 where a thousand do',
        conv(3, 'self.fc = nn.Linear(8, 1000)', pooled),
        'N×3×224×224',
      ],
      [
        'what a flatten into a linear layer wants',
        conv(3, 'self.fc = nn.Linear(8 * 62 * 62, 10)', 'return self.fc(self.c(x).flatten(1))'),
        'N×3×64×64',
      ],
      [
        'the smallest uncommon size that fits',
        conv(
          3,
          'self.fc = nn.Linear(8 * 21 * 21, 10)',
          'return self.fc(F.max_pool2d(self.c(x), 2).view(-1, 8 * 21 * 21))',
        ),
        'N×3×44×44',
      ],
      [
        'features of the first linear layer',
        head + net('self.fc = nn.Linear(7, 3)', 'return self.fc(x)'),
        'N×7',
      ],
      [
        'images where a perceptron unpacks them',
        head +
          net('self.fc = nn.Linear(784, 3)', 'b, c, h, w = x.shape\nreturn self.fc(x.view(b, c * h * w))'),
        'N×1×28×28',
      ],
      [
        'what the file itself feeds it',
        `${conv(3, 'self.fc = nn.Linear(8, 10)', pooled)}\nif __name__ == '__main__':\n    Net()(torch.randn(2, 3, 48, 40))\n`,
        'N×3×48×40',
      ],
    ])('of %s', async (_what, text, shape) => {
      const result = await trace(text);
      expect([inputs(result), said(result)]).toEqual([[shape], []]);
    });

    it('for each argument that forward requires', async () => {
      const text = `${head}
class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 3)

    def forward(self, a, b, scale=2.0):
        return self.fc(a) + self.fc(b) * scale
`;
      const result = await trace(text);
      expect(inputs(result)).toEqual(['N×6 and N×6']);
      expect(Object.keys(result.models[0]!.graph.params)).toEqual(['fc.weight', 'fc.bias']);
      const wide = text.replace('self.fc(b)', 'self.fc(b.mean(1))');
      const asked = `${wide}\n# espalier: model Two() input=((1, 6), (1, 5, 6))\n`;
      expect(inputs(await trace(asked))).toEqual(['N×6 and N×5×6']);
    });
  });

  describe('keeps the batch symbolic', () => {
    it.each([
      ['x.view(x.size(0), -1)', ['flatten', 'linear']],
      ['x.view(-1, 48)', ['flatten', 'linear']],
      ['x.reshape(len(x), x.shape[1] * x.shape[2] * x.shape[3])', ['flatten', 'linear']],
      ['torch.flatten(x, start_dim=1)', ['flatten', 'linear']],
      ['x.view(int(x.shape[0]), 48)', ['flatten', 'linear']],
    ])('through %s', async (code, expected) => {
      const text = head + net('self.fc = nn.Linear(48, 2)', `return self.fc(${code})`);
      const result = await trace(`${text}\n# espalier: model Net() input=(1, 3, 4, 4)\n`);
      expect([ops(result), outputs(result)]).toEqual([expected, ['N×2']]);
    });

    it('through products and quotients of it', async () => {
      const body =
        'b, t, f = x.shape\ny = self.fc(x.reshape(b * t, f))\nreturn y.view(y.size(0) // t, t, -1)';
      const result = await trace(
        `${head}${net('self.fc = nn.Linear(6, 2)', body)}\n# espalier: model Net() input=(1, 5, 6)\n`,
      );
      expect(
        result.models[0]!.graph.nodes.map(({ outputs: [y] }) =>
          formatShape(result.models[0]!.graph.values[y!]!.shape),
        ),
      ).toEqual(['5N×6', '5N×2', 'N×5×2']);
    });
  });

  describe('follows filters that are made for each sample', () => {
    const filters = (call: string, back = 'y.view(b, c, h, w)') =>
      trace(
        `${head}${net(
          'self.kernels = nn.Linear(8, 8 * 9)',
          `b, c, h, w = x.shape
k = self.kernels(x.mean((2, 3)))
y = ${call}
return ${back}`,
        )}
# espalier: model Net() input=(1, 8, 6, 6)
`,
      );
    const image = 'x.reshape(1, b * c, h, w)';

    it('with a group for each of them, and names what it does not compute', async () => {
      const depthwise = `F.conv2d(${image}, k.view(b * c, 1, 3, 3), padding=1, groups=b * c)`;
      const result = await filters(depthwise);
      expect([said(result), outputs(result)]).toEqual([[], ['N×8×6×6']]);
      const [unknown] = result.models[0]!.graph.nodes.filter(({ op }) => op === 'unknown');
      expect(unknown!.attrs['name']).toBe('conv2d with a group for each sample');
      const shape = result.models[0]!.graph.values[unknown!.outputs[0]!]!.shape;
      expect(formatShape(shape)).toBe('1×8N×6×6');
    });

    it('transposed too, where channels change', async () => {
      const transposed = `F.conv_transpose2d(${image}, k.view(b * 8, 1, 3, 3), stride=2, groups=b)`;
      expect(outputs(await filters(transposed, 'y.view(b, 1, 13, 13)'))).toEqual(['N×1×13×13']);
    });

    it('and says a mistake in them with the sizes that the file has', async () => {
      const half = `F.conv2d(x[:, :4].reshape(1, b * 4, h, w), k.view(b * c, 1, 3, 3), groups=b * c)`;
      expect(said(await filters(half))).toEqual([
        'error shape-mismatch 13: conv2d expects 8N input channels but the input is 1×4N×6×6',
      ]);
    });

    it('but not groups that grow with the batch over channels that do not', async () => {
      const result = await filters('F.conv2d(x, torch.ones(8, 1, 3, 3), padding=1, groups=b * c)');
      expect(said(result)).toEqual([]);
      expect(result.models[0]!.notes).toEqual([
        'forward is followed up to here: a convolution whose groups grow with the batch and whose channels do not',
      ]);
    });
  });

  describe('follows tokens to experts', () => {
    it('by counts whose length is known, and by ops that a package registers with their shapes', async () => {
      const text = `${head}@torch.library.custom_op('mine::rows', mutates_args=())
def rows(x: torch.Tensor, w: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    return torch.cat([x[a:b] @ m for a, b, m in zip([0, *ends.tolist()], ends.tolist(), w)])

@rows.register_fake
def _(x, w, ends):
    assert ends.dtype is torch.int32 and ends.shape == (w.shape[0],)
    return x.new_empty(x.shape[0], w.shape[2])

${net(
  `self.gate = nn.Linear(8, 4)
self.up = nn.Parameter(torch.empty(4, 8, 6))
self.down = nn.Parameter(torch.empty(4, 6, 8))`,
  `chosen, order = self.gate(x).argmax(-1).sort()
ends = torch.histc(chosen.float(), bins=4, min=0, max=3).cumsum(0, dtype=torch.int32)
h = torch.ops.mine.rows(x[order], self.up, ends)
return F.grouped_mm(h.relu(), self.down, offs=ends)`,
)}
# espalier: model Net() input=(5, 8)
`;
      const result = await trace(text);
      expect([said(result), result.models[0]!.notes]).toEqual([[], []]);
      expect(outputs(result)).toEqual(['N×8']);
      const named = result.models[0]!.graph.nodes.filter(({ op }) => op === 'unknown');
      expect(named.map(({ attrs }) => attrs['name'])).toEqual(['histc', 'mine.rows', 'grouped_mm']);
    });
  });

  it('names a tied parameter under each of its names where a file asks for them', async () => {
    const init = `self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
self.b.weight = self.a.weight
names = [name for name, _ in self.named_parameters(remove_duplicate=False)]
self.c = nn.Linear(4, len(names) + len(list(self.parameters())))`;
    expect(outputs(await trace(head + net(init, 'return self.c(self.b(self.a(x)))')))).toEqual(['N×7']);
  });

  describe('knows its lines', () => {
    it('where a layer is built and where it is called, behind whatever the line begins with', async () => {
      const text = `${head}é = 'ß'; ${'net = nn.Sequential(nn.Linear(4, 4), nn.ReLU())'}\n`;
      const [linear] = (await trace(text)).models[0]!.graph.nodes;
      expect(linear!.source[0]).toMatchObject({ startLine: 4, startColumn: 29, endColumn: 44 });
    });

    it('inside classes, loops and comprehensions', async () => {
      const text =
        head +
        net(
          'self.all = nn.ModuleList(\n    nn.Linear(4, 4)\n    for _ in range(2)\n)',
          'for layer in self.all:\n    x = layer(x)\nreturn x',
        );
      const { graph, source } = (await trace(text)).models[0]!;
      expect(graph.nodes.map(({ source: at }) => at.map(({ startLine }) => startLine))).toEqual([
        [8, 14],
        [8, 14],
      ]);
      expect(source).toMatchObject({
        startLine: 4,
        startColumn: 0,
        endColumn: 'class Net(nn.Module):'.length,
      });
    });
  });

  describe('says what is wrong', () => {
    it('with both shapes, at the line of forward', async () => {
      const text =
        head +
        net('self.a = nn.Conv2d(3, 16, 3)\nself.b = nn.Conv2d(32, 8, 3)', 'x = self.a(x)\nreturn self.b(x)');
      expect(said(await trace(text))).toEqual([
        'error shape-mismatch 13: b: conv2d expects 32 input channels but the input is N×16×222×222',
      ]);
    });

    it('when no image fits, with what to do', async () => {
      const text =
        head +
        net(
          'self.c = nn.Conv2d(3, 8, 3)\nself.fc = nn.Linear(1001, 10)',
          'return self.fc(self.c(x).flatten(1))',
        );
      expect(said(await trace(text))[0]).toMatch(
        /^error shape-mismatch 12: fc: linear expects 1001 features last but the input is N×\d+; no square image fits; say the input: # espalier: model Net\(\) input=\(1, 3, 32, 32\)$/,
      );
    });

    it('in an addition of two branches', async () => {
      const text =
        head + net('self.a = nn.Linear(4, 8)\nself.b = nn.Linear(4, 6)', 'return self.a(x) + self.b(x)');
      expect(said(await trace(text))).toEqual([
        'error shape-mismatch 12: shapes N×8 and N×6 do not match at dimension 1',
      ]);
    });

    it('in constructors', async () => {
      expect(said(await trace(head + net('self.a = nn.Conv2d(3, 8, 3, groups=2)', 'return x')))).toEqual([
        'error shape-mismatch 8: 3 input and 8 output channels do not divide into 2 groups',
      ]);
      expect(said(await trace(head + net('self.a = nn.Linear(3.5, 8)', 'return x')))).toEqual([
        'error python-error 8: TypeError: in_features must be an integer, not float 3.5',
      ]);
      const forgot =
        head + net('', 'return self.a(x)').replace('super().__init__()', 'self.a = nn.Linear(2, 2)');
      expect(said(await trace(forgot))).toEqual([
        'error python-error 7: AttributeError: cannot assign module before Module.__init__() call',
      ]);
    });

    it('in syntax, at its column', async () => {
      const { diagnostics } = await trace(`${head}ß = (1,\n`);
      expect(diagnostics).toMatchObject([
        { code: 'syntax', range: { startLine: 4, startColumn: 4, endColumn: 5 } },
      ]);
    });

    it('in another file of the workspace, at the line that leads there', async () => {
      const other = new Map([
        [path.join(folder, 'blocks.py'), `${head}def make():\n    return nn.Linear(2, 'x')\n`],
      ]);
      const text = `${head}from blocks import make\n\ndef net():\n    return make()\n`;
      expect(said(await trace(text, other))).toEqual([
        "error python-error 8: TypeError: out_features must be an integer, not str 'x' (blocks.py, line 6)",
      ]);
    });

    it('about comments that say nothing', async () => {
      expect(said(await trace(`${head}# espalier: model\n`))).toEqual([
        'warning espalier-comment 5: write it as: # espalier: model Net(num_classes=10) input=(1, 3, 32, 32)',
      ]);
      expect(said(await trace(`${head}# espalier: model Nut()\n`))).toEqual([
        "error python-error 5: NameError: name 'Nut' is not defined",
      ]);
    });

    it('about layers in a plain list, which PyTorch does not see either', async () => {
      const text =
        head +
        net('self.all = [nn.Linear(4, 4)]\nself.out = nn.Linear(4, 2)', 'return self.out(self.all[0](x))');
      const result = await trace(text);
      expect(said(result)).toEqual([
        'warning unregistered-layer 8: this layer is registered nowhere in the model: keep layers in nn.ModuleList, not in a plain list',
      ]);
      expect(Object.keys(result.models[0]!.graph.params)).toEqual(['out.weight', 'out.bias']);
    });
  });

  describe('does not blame people for what is missing here', () => {
    it('names an unknown layer and function, and goes on', async () => {
      const text = `${head}import einops\n\n${net('self.pool = nn.FancyPool2d(2)\nself.fc = nn.Linear(8, 2)', 'x = self.pool(self.fc(x))\nreturn torch.quux(x)')}`;
      const result = await trace(text);
      expect(said(result)).toEqual([
        'information not-modelled 14: Espalier does not know nn.FancyPool2d yet: exact up to here',
        'information not-modelled 15: Espalier does not know torch.quux yet: exact up to here',
      ]);
      expect(ops(result)).toEqual(['linear', 'unknown', 'unknown']);
    });

    it('stops at a branch on data, and keeps the parameters', async () => {
      const text =
        head +
        net(
          'self.a = nn.Linear(4, 6)\nself.b = nn.Linear(6, 2)',
          'x = self.a(x)\nif x.sum() > 0:\n    x = -x\nreturn self.b(x)',
        );
      const { models, diagnostics } = await trace(text);
      expect(diagnostics).toEqual([]);
      expect(Object.keys(models[0]!.graph.params)).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
      expect(models[0]!.notes).toEqual([
        'forward is followed up to here: the truth of a tensor decides what happens next (line 13)',
      ]);
    });

    it('makes no model of numbers that an unknown library decides', async () => {
      const text = `${head}from omegaconf import OmegaConf\ncfg = OmegaConf.load('x.yaml')\n${net('self.a = nn.Linear(int(cfg.width), 6)', 'return self.a(x)')}`;
      const result = await trace(text);
      expect([names(result), said(result)]).toEqual([
        [],
        [
          'information not-modelled 10: Espalier does not run omegaconf.OmegaConf.load().width, which this depends on: choose a Python environment in which omegaconf is installed',
        ],
      ]);
    });

    it('takes a Lightning module for the module it is', async () => {
      const text = `import pytorch_lightning as pl\n${head}class Lit(pl.LightningModule):
    def __init__(self, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        self.log('x', 1)
        return self.fc(x)

pl.Trainer(max_epochs=3).fit(Lit())
`;
      const result = await trace(text);
      expect([names(result), said(result)]).toEqual([['Lit'], []]);
    });
  });

  it('answers code that asks what a tensor has, and lists tied weights under each name, as PyTorch does', async () => {
    const tied = net(
      `self.table = nn.Embedding(50, 8)
self.head = nn.Linear(8, 50)
self.bias = nn.Parameter(torch.zeros(50))
self.head.bias = self.bias
self.head.weight = self.table.weight
names = [name for name, _ in self.named_parameters(remove_duplicate=False)]
once = [name for name, _ in self.named_parameters()]
# A weight is no layer: code tells them apart by what they have.
width = self.table.weight.num_embeddings if hasattr(self.table.weight, 'num_embeddings') else len(names)
self.more = nn.Linear(50, width * 10 + len(once))`,
      'return self.more(self.head(self.table(x)))',
    );
    const { models } = await trace(head + '# espalier: model Net() input=(1, 4)\n' + tied);
    const { params } = models[0]!.graph;
    expect(params['more.weight']!.shape).toEqual([42, 50]);
    const missing = await trace(
      head + net('self.a = nn.Linear(4, 4)\nself.a.weight.rank', 'return self.a(x)'),
    );
    expect(missing.diagnostics.map(({ message }) => message).join()).toContain(
      "'Parameter' object has no attribute 'rank'",
    );
  });

  it('reads the example with and without its comment', async () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../examples/pytorch/convnet.py'), 'utf8');
    const bare = text.replace(/^# espalier:.*$/m, '#');
    expect(bare).not.toBe(text);
    const [asked, found] = [await trace(text), await trace(bare)];
    expect(found).toEqual(asked);
    expect([names(found), inputs(found), outputs(found)]).toEqual([['convnet'], ['N×1×28×28'], ['N×10']]);
  });

  it('takes no parameter for a batch, whatever its size', async () => {
    const text =
      head +
      net('self.p = nn.Parameter(torch.zeros(7919, 4))\nself.a = nn.Linear(4, 7919)', 'return self.a(x)');
    const { params } = (await trace(text)).models[0]!.graph;
    expect(Object.values(params).map(({ shape }) => shape)).toEqual([[7919, 4], [7919, 4], [7919]]);
  });

  it('starts parameters as its initialisers say', async () => {
    const text =
      head +
      net(
        'self.c = nn.Conv2d(4, 8, 3)\nnn.init.kaiming_normal_(self.c.weight, mode="fan_out", nonlinearity="relu")\nnn.init.zeros_(self.c.bias)\nself.g = nn.Parameter(torch.full((8,), 0.5))',
        'return self.c(x)',
      );
    const { params } = (await trace(text)).models[0]!.graph;
    const weight = params['c.weight']!.init;
    expect(weight.kind === 'normal' && weight.std).toBeCloseTo(Math.sqrt(2 / 72), 12);
    expect(params['c.bias']!.init).toEqual({ kind: 'constant', value: 0 });
    expect(params['g']!.init).toEqual({ kind: 'constant', value: 0.5 });
  });

  it('is traced anew when a file that it imports changes, and answered from memory when none did', async () => {
    const blocks = path.join(folder, 'widths.py');
    const text = `${head}from widths import WIDTH\n\nnet = nn.Sequential(nn.Linear(2, WIDTH))\n`;
    writeFileSync(blocks, 'WIDTH = 3\n');
    const first = await trace(text);
    expect(await trace(text)).toBe(first);
    writeFileSync(blocks, 'WIDTH = 55\n');
    expect(outputs(await trace(text))).toEqual(['N×55']);
    expect(outputs(await trace(text, new Map([[blocks, 'WIDTH = 7\n']])))).toEqual(['N×7']);
  });
});
