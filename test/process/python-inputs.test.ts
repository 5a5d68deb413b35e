// Models that take words, or several inputs by name, beside real PyTorch; and packages as the sandbox shows them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shapeAt } from '../../core/graph/shape';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { compare, exact } from '../bench/frontends/compare';
import type { Case, Facts } from '../bench/frontends/corpus';
import { noTorch } from './torch';

const root = path.resolve(import.meta.dirname, '../..');
const golden = path.join(root, 'test/golden/pytorch');
if (noTorch) console.warn(`python-inputs is skipped in part: ${noTorch}`);

let frontend: Frontend;
beforeAll(() => {
  frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 120_000 });
});
afterAll(() => frontend.dispose());

const trace = (file: string, text: string, packages: readonly string[] = []) =>
  frontend.trace({ file, text, workspaceFolder: path.dirname(file), packages }, new AbortController().signal);

function askTorch(entry: Case): Facts {
  const script = path.join(root, 'test/bench/frontends/facts/torch-facts.py');
  const { stdout } = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify({ cases: [entry] }),
    encoding: 'utf8',
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Facts;
}

const cases: readonly Omit<Case, 'text' | 'model'>[] = [
  { id: 'words', file: 'language_model.py', input: [2, 16], tokens: true },
  {
    id: 'words and an image',
    file: 'two_towers.py',
    inputs: { input_ids: [2, 16], pixel_values: [2, 3, 40, 40] },
  },
];

describe.runIf(!noTorch)('a model beside real PyTorch, its inputs found', () => {
  it.each(cases)('that takes $id', async (half) => {
    const file = path.join(golden, half.file);
    const entry: Case = { ...half, text: readFileSync(file, 'utf8'), model: 'model' };
    const { models, diagnostics } = await trace(file, entry.text);
    expect(diagnostics).toEqual([]);
    const [{ graph, notes }] = models as [(typeof models)[number]];
    expect(notes.filter((note) => !note.startsWith('whether a number occurs'))).toEqual([]);
    const found = graph.inputs.map((id) => shapeAt(graph.values[id]!.shape, 2));
    expect(found).toEqual(entry.input ? [entry.input] : Object.values(entry.inputs!));
    expect(graph.values[graph.inputs[0]!]!.dtype).toBe('int32');
    expect(compare(graph, askTorch(entry), entry)).toEqual({ count: exact, names: exact, shapes: exact });
  });
});

describe('an image of the size that a model is built for', () => {
  const found = async (text: string) => {
    const { models, diagnostics } = await trace(path.join(golden, 'size.py'), text);
    const [{ graph }] = models as [(typeof models)[number]];
    return [diagnostics, graph.inputs.map((id) => shapeAt(graph.values[id]!.shape))];
  };

  it('is found where learned positions say how many patches there are', async () => {
    const text = `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, 48, 4, 4)
        self.positions = nn.Parameter(torch.zeros(1, 144, 48))
        self.head = nn.Linear(48, 7)

    def forward(self, x):
        return self.head((self.embed(x).flatten(2).transpose(1, 2) + self.positions).mean(1))
`;
    expect(await found(text)).toEqual([[], [[1, 3, 48, 48]]]);
  });

  it('is found where patches are cut by a pattern', async () => {
    const text = `import torch
from torch import nn
from einops.layers.torch import Rearrange

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = Rearrange('b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=8, p2=8)
        self.embed = nn.Sequential(nn.LayerNorm(192), nn.Linear(192, 32))
        self.positions = nn.Parameter(torch.zeros(1, 16, 32))

    def forward(self, x):
        return self.embed(self.patches(x)) + self.positions
`;
    expect(await found(text)).toEqual([[], [[1, 3, 32, 32]]]);
  });
});

describe('a comment', () => {
  it('names the inputs of forward', async () => {
    const text = [
      'import torch',
      'from torch import nn',
      'class Net(nn.Module):',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.a, self.b = nn.Linear(4, 8), nn.Embedding(10, 8)',
      '    def forward(self, x=None, scale=None, ids=None):',
      '        return self.a(x) + self.b(ids)',
      "# espalier: model Net() input={'ids': (1, 6), 'x': (1, 6, 4)}",
    ].join('\n');
    const { models, diagnostics } = await trace(path.join(golden, 'named.py'), text);
    expect(diagnostics).toEqual([]);
    const { graph } = models[0]!;
    expect(graph.inputs.map((id) => graph.values[id]!.dtype)).toEqual(['int32', 'float32']);
    expect(graph.outputs.map((id) => shapeAt(graph.values[id]!.shape, 2))).toEqual([[2, 6, 8]]);
  });
});

describe('an installed package', () => {
  let folder: string;
  let site: string;
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(site, name)), { recursive: true });
    writeFileSync(path.join(site, name), text);
  };
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-packages-'));
    site = path.join(folder, 'site-packages');
    write('zoo/parts/small.py', 'SIZE = 6\n');
    write('zoo/parts/__init__.py', '');
    write(
      'zoo/__init__.py',
      `import importlib, importlib.metadata, importlib.util, os
from pathlib import Path

here = os.path.dirname(__file__)
found = sorted(name[:-3] for name in os.listdir(os.path.join(here, 'parts')) if not name.startswith('__'))
source = open(os.path.join(here, 'parts', 'small.py'), encoding='utf-8').read()
size = importlib.import_module('.parts.' + found[0], __name__).SIZE
about = dict(
    version=importlib.metadata.version('zoo'),
    torch=importlib.util.find_spec('torch') is not None and importlib.metadata.version('torch') >= '2',
    missing=importlib.util.find_spec('a_package_that_nobody_has'),
    kernels=importlib.util.find_spec('flash_attn'),
    source=source,
    files=[path.name for path in Path(here).glob('*.py')],
)
try:
    import flash_attn
    about['kernels'] = flash_attn
except ImportError:
    pass
def outside():
    try:
        return open('/etc/passwd').read()
    except OSError:
        return os.listdir('/etc') if os.path.isdir('/etc') else None
`,
    );
    mkdirSync(path.join(site, 'zoo-1.2.3.dist-info'));
    mkdirSync(path.join(site, 'flash_attn-2.0.dist-info'));
    write('flash_attn/__init__.py', 'raise ImportError("no GPU")\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads its own files and asks which packages there are', async () => {
    const text = `import torch, zoo
from torch import nn
expected = dict(version='1.2.3', torch=True, missing=None, kernels=None, source='SIZE = 6\\n', files=['__init__.py'])
assert zoo.about == expected, zoo.about
assert zoo.outside() is None
model = nn.Sequential(nn.Linear(4, zoo.size))
`;
    const file = path.join(folder, 'work', 'model.py');
    mkdirSync(path.dirname(file));
    // Twice: folders are shown to each trace anew.
    for (const round of ['', '# again\n']) {
      const { models, diagnostics } = await trace(file, text + round, [site]);
      expect(diagnostics).toEqual([]);
      expect(models[0]!.graph.params['0.weight']!.shape).toEqual([6, 4]);
    }
  });

  it('stands with all its parameters when its forward takes no input that is guessed', async () => {
    write(
      'picky/__init__.py',
      `from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 6), nn.Linear(6, 2)
    def forward(self, x):
        x = self.a(x)
        if x.shape[1] != 1234:
            raise ValueError('1234 rows are needed')
        return self.b(x)
`,
    );
    const file = path.join(folder, 'work', 'picky_model.py');
    const { models, diagnostics } = await trace(file, 'import torch, picky\nmodel = picky.Net()\n', [site]);
    expect(diagnostics).toEqual([]);
    expect(Object.keys(models[0]!.graph.params)).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
    expect(models[0]!.notes.join()).toContain('no input was found that forward takes (1234 rows are needed)');
  });
});

describe('the standard library', () => {
  it('is as it was for every trace, also where the last one changed it', async () => {
    const file = path.join(os.tmpdir(), 'espalier-standard.py');
    const text = (spoil: string) => `import torch, csv, colorsys
from torch import nn
assert csv.reader is not None and not hasattr(colorsys, 'added')
${spoil}
model = nn.Sequential(nn.Linear(4, 6))
`;
    for (const spoil of [
      'pass',
      'csv.reader = None; colorsys.added = 1',
      'import email.message',
      'pass  # last',
    ]) {
      const { models, diagnostics } = await trace(file, text(spoil));
      expect(diagnostics).toEqual([]);
      expect(models).toHaveLength(1);
    }
  });
});
