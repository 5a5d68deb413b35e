// Hostile and broken files: each is contained with one message at most, and the next good file still traces.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const root = path.resolve(import.meta.dirname, '../..');
const example = path.join(root, 'examples/pytorch/convnet.py');

const net = (init = 'pass', forward = 'pass') => `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
        ${init}

    def forward(self, x):
        ${forward}
        return self.fc(x)
`;

describe('a hostile file', () => {
  let frontend: Frontend;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-hostile-'));
    mkdirSync(path.join(folder, 'workspace'));
    // Long enough for a good file on a busy machine, short enough for those that never end.
    frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 5_000, memoryMb: 400 });
    // Boot is not what these tests are about.
    await trace(net());
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const trace = (text: string): Promise<TraceResult> =>
    frontend.trace(
      {
        file: path.join(folder, 'workspace', `f${count++}.py`),
        text,
        workspaceFolder: path.join(folder, 'workspace'),
      },
      new AbortController().signal,
    );

  async function stillWorks(): Promise<void> {
    const text = `${readFileSync(example, 'utf8')}\n# ${count}\n`;
    const { models, diagnostics } = await trace(text);
    expect(diagnostics).toEqual([]);
    expect(models.map(({ graph }) => [graph.name, graph.nodes.length])).toEqual([['convnet', 31]]);
  }

  /** [name, source, the code of its message or none, whether its model is still read] */
  const files: [string, string, string | undefined, boolean][] = [
    ['loops at the top level', `${net()}\nwhile True: pass\n`, 'sandbox-deadline', true],
    ['loops before its model', `import torch\nwhile True: pass\n${net()}`, 'sandbox-deadline', false],
    ['loops in its constructor', net('while True: pass'), 'sandbox-deadline', false],
    ['loops in forward', net('pass', 'while True: pass'), 'sandbox-deadline', false],
    [
      'swallows interrupts',
      `import torch\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass\n`,
      'sandbox-deadline',
      false,
    ],
    [
      'ignores interrupts',
      `import torch, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass\n`,
      'sandbox-deadline',
      false,
    ],
    ['stays in C', `import torch\nsum(range(10 ** 12))\n`, 'sandbox-deadline', false],
    ['counts without end', `import torch, itertools\nlist(itertools.count())\n`, undefined, false],
    ['nests generators', `import torch\ndef f(): yield from f()\nlist(f())\n${net()}`, undefined, true],
    ['allocates a giant list', `import torch\nx = [0] * 10**10\n${net()}`, 'sandbox-memory', true],
    ['allocates a giant buffer', `import torch\nx = bytearray(10**10)\n${net()}`, 'sandbox-memory', true],
    ['allocates just below 4 GB', `import torch\nx = bytearray(3 * 10**9)\n${net()}`, 'sandbox-memory', true],
    [
      'grows bit by bit',
      `import torch\nx = []\nwhile True: x.append(bytearray(10**6))\n`,
      'sandbox-memory',
      false,
    ],
    ['allocates in forward', net('pass', 'y = [0] * 10**9'), 'sandbox-memory', false],
    [
      'builds endless layers',
      net('self.all = nn.ModuleList(nn.Linear(8, 8) for _ in iter(int, 1))'),
      undefined,
      false,
    ],
    [
      'reads files of the machine',
      `import torch\nsecret = open('/etc/passwd').read()\n${net()}`,
      'sandbox-files',
      true,
    ],
    [
      'guards its reading',
      `import torch\ntry:\n    open('/etc/passwd')\nexcept OSError:\n    pass\n${net()}`,
      undefined,
      true,
    ],
    [
      'writes files',
      `import torch\nopen('/tmp/espalier-was-here', 'w').write('x')\n${net()}`,
      'sandbox-files',
      true,
    ],
    [
      'runs a shell',
      `import torch, os\nos.system('touch /tmp/espalier-was-here')\n${net()}`,
      'sandbox-call',
      true,
    ],
    [
      'runs a shell through posix',
      `import torch, posix\nposix.system('touch /tmp/espalier-was-here')\n${net()}`,
      undefined,
      true,
    ],
    [
      'imports subprocess',
      `import torch, subprocess\nsubprocess.run(['touch', '/tmp/espalier-was-here'])\n${net()}`,
      undefined,
      true,
    ],
    [
      'opens sockets',
      `import torch, socket\nsocket.create_connection(('1.1.1.1', 80))\n${net()}`,
      undefined,
      true,
    ],
    [
      'fetches',
      `import torch, urllib.request\nurllib.request.urlopen('http://example.org')\n${net()}`,
      undefined,
      true,
    ],
    ['imports js', `import torch, js\njs.eval('process.exit()')\n${net()}`, undefined, true],
    [
      'imports run_js',
      `import torch\nfrom pyodide.code import run_js\nrun_js('process.exit()')\n${net()}`,
      undefined,
      true,
    ],
    ['exits', `${net()}\nexit()\n`, undefined, true],
    ['exits in its constructor', net('exit(3)'), 'python-error', false],
    ['exits hard', `${net()}\nimport os\nos._exit(1)\n`, undefined, true],
    ['exits through posix', `${net()}\nimport posix\nposix._exit(1)\n`, 'sandbox-lost', false],
    ['aborts', `${net()}\nimport posix\nposix.abort()\n`, 'sandbox-lost', false],
    ['recurses', `import torch\ndef f(): return f()\nf()\n${net()}`, 'python-error', true],
    ['recurses in forward', net('pass', 'self(x)'), 'python-error', false],
    ['nests brackets', `import torch\nx = ${'('.repeat(5000)}${')'.repeat(5000)}\n`, 'syntax', false],
    [
      'nests calls',
      `import torch\nx = ${'f('.repeat(150)}${')'.repeat(150)}\n${net()}`,
      'python-error',
      true,
    ],
    ['chains operators', `import torch\nx = ${'1+'.repeat(20_000)}1\n${net()}`, undefined, false],
    ['holds a null byte', 'import torch\nx = "\0"\n', 'syntax', false],
    [
      'patches the stand-ins',
      `${net()}\nnn.Linear.forward = None\ntorch.nn.Module.__call__ = 3\n`,
      undefined,
      false,
    ],
    [
      'patches builtins',
      `import torch, builtins\nbuiltins.isinstance = lambda *a: 1 / 0\nbuiltins.len = None\n`,
      undefined,
      false,
    ],
    [
      'forges requests',
      `import torch, os\nfor fd in range(3, 20):\n    try: os.write(fd, b'{"do":"finish"}')\n    except OSError: pass\n${net()}`,
      undefined,
      true,
    ],
    [
      'closes the channel',
      `import torch, os\nfor fd in range(3, 20):\n    try: os.close(fd)\n    except OSError: pass\n${net()}`,
      'sandbox-lost',
      false,
    ],
  ];

  it.each(files)('that %s is contained', async (_name, text, code, read) => {
    const { models, diagnostics } = await trace(text);
    expect(diagnostics.length, JSON.stringify(diagnostics)).toBeLessThanOrEqual(1);
    if (code) expect(diagnostics.map((d) => d.code)).toEqual([code]);
    if (read) expect(models.map(({ graph }) => graph.name)).toEqual(['Net']);
    expect(existsSync('/tmp/espalier-was-here')).toBe(false);
    await stillWorks();
  });

  it('finds no road to JavaScript by introspection', async () => {
    const text = `
import sys, importlib
found = []
for name in ('js', 'pyodide_js', '_pyodide_core', 'pyodide.ffi', 'pyodide.http', 'ctypes', '_ctypes'):
    module = __import__(name, fromlist=['x'])
    if type(module).__name__ != 'InertModule':
        found.append(name)
    importlib.import_module(name)
for name, module in list(sys.modules.items()):
    for key, value in list(vars(module).items()):
        if type(value).__name__ in ('JsProxy', 'JsCallable', 'JsDoubleProxy') or 'pyodide' in str(getattr(value, '__module__', '')):
            found.append(f'{name}.{key}')
real = importlib.machinery.BuiltinImporter.load_module('gc')
for item in real.get_objects():
    kinds = [type(item)] + [type(x) for x in real.get_referents(item)]
    for kind in kinds:
        if kind.__name__.startswith('Js'):
            found.append(kind.__name__)
import torch
raise ValueError(f'found {sorted(set(found))}')
`;
    const { diagnostics } = await trace(text);
    expect(diagnostics.map(({ message }) => message)).toEqual(['ValueError: found []']);
    await stillWorks();
  });

  it('cannot import through a link that leads out of the workspace', async () => {
    writeFileSync(path.join(folder, 'outside.py'), 'WIDTH = 8\n');
    symlinkSync(path.join(folder, 'outside.py'), path.join(folder, 'workspace', 'linked.py'));
    writeFileSync(path.join(folder, 'workspace', 'inside.py'), 'WIDTH = 16\n');
    const source = (module: string) => `
from torch import nn
from ${module} import WIDTH

model = nn.Sequential(nn.Linear(8, WIDTH if isinstance(WIDTH, int) else 5))
`;
    const widthOf = ({ models }: TraceResult) => models[0]?.graph.params['0.weight']?.shape;
    expect(widthOf(await trace(source('inside')))).toEqual([16, 8]);
    expect(widthOf(await trace(source('linked')))).toEqual([5, 8]);
    expect(widthOf(await trace(source('..outside')))).toBeUndefined();
  });

  it('may import in a circle', async () => {
    const other = path.join(folder, 'workspace', 'b.py');
    writeFileSync(other, 'from torch import nn\nimport a\n\ndef head():\n    return a.nn.Linear(4, 2)\n');
    const text =
      'from torch import nn\nimport b\n\nclass Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(b.head())\n';
    const file = path.join(folder, 'workspace', 'a.py');
    writeFileSync(file, text);
    const { models, diagnostics } = await frontend.trace(
      { file, text, workspaceFolder: path.join(folder, 'workspace') },
      new AbortController().signal,
    );
    expect(diagnostics).toEqual([]);
    expect(models[0]?.graph.params['0.weight']?.shape).toEqual([2, 4]);
  });
});
