// The pure parts of the Python frontend: what it may read, its positions, and the requests of its stand-ins.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { N, ShapeError } from '../../../core/graph/shape';
import { canonical } from '../../../language-server/frontends/python/canonical';
import { versionsIn } from '../../../language-server/frontends/python/distributions';
import { createPythonFrontend } from '../../../language-server/frontends/python/frontend';
import { toRange, wholeLine } from '../../../language-server/frontends/python/ranges';
import { Recorder } from '../../../language-server/frontends/python/recorder';
import { answerRequest } from '../../../language-server/frontends/python/requests';
import { isInside, SourceTree } from '../../../language-server/frontends/python/source-tree';
import { Workspace } from '../../../language-server/frontends/python/workspace';

describe('the workspace that a Python file sees', () => {
  let root: string;
  let folder: string;
  beforeAll(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'espalier-workspace-'));
    folder = path.join(root, 'project');
    mkdirSync(path.join(folder, 'models', 'parts'), { recursive: true });
    mkdirSync(path.join(folder, 'src'));
    mkdirSync(path.join(folder, 'data'));
    const files = {
      'models/net.py': 'net',
      'models/parts/__init__.py': 'parts',
      'models/parts/block.py': 'block',
      'src/tools.py': 'tools',
      'config.py': 'config',
      '../secret.py': 'secret',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    symlinkSync(path.join(root, 'secret.py'), path.join(folder, 'linked.py'));
    symlinkSync(root, path.join(folder, 'outside'));
    writeFileSync(path.join(folder, 'huge.py'), Buffer.alloc(3_000_000, '#'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const workspace = (openFiles = new Map<string, string>()) =>
    new Workspace({ folder, file: path.join(folder, 'models/net.py'), openFiles });

  it('has the neighbours of the file, the folders above it, and src', () => {
    expect(workspace().find('net')?.text).toBe('net');
    expect(workspace().find('parts')).toMatchObject({
      text: 'parts',
      dirs: [path.join(folder, 'models/parts')],
    });
    expect(workspace().find('config')?.text).toBe('config');
    expect(workspace().find('tools')?.text).toBe('tools');
  });

  it('resolves the name of the file itself from its root, step by step', () => {
    const steps = workspace().moduleName.split('.');
    expect(steps).toEqual(['_workspace', 'models', 'net']);
    const top = workspace().find(steps[0]!);
    const models = workspace().find(steps[1]!, top?.dirs);
    expect(workspace().find('parts', models?.dirs)?.text).toBe('parts');
  });

  it('takes no folder without Python for a package', () => {
    expect(workspace().find('data')).toBeUndefined();
  });

  it('ends at its border: links, dots and odd names lead nowhere', () => {
    for (const name of ['linked', 'outside', '..', '../secret', 'secret', '/etc/passwd', 'a.b', '']) {
      expect(workspace().find(name), name).toBeUndefined();
    }
    expect(workspace().find('secret', [root])).toBeUndefined();
    expect(workspace().find('secret', [path.join(folder, 'outside')])).toBeUndefined();
  });

  it('leaves huge files alone, and prefers the text that is open in an editor', () => {
    expect(workspace().find('huge')).toBeUndefined();
    const open = new Map([[path.join(folder, 'config.py'), 'edited']]);
    expect(workspace(open).find('config')?.text).toBe('edited');
    expect(
      workspace(new Map([[path.join(root, 'secret.py'), 'open']])).find('secret', [root]),
    ).toBeUndefined();
  });

  it('remembers what was looked for, found or not', () => {
    const seen = workspace();
    seen.find('config');
    seen.find('missing');
    expect([...seen.looked]).toContain(path.join(folder, 'config.py'));
    expect([...seen.looked]).toContain(path.join(folder, 'models/missing.py'));
  });

  it('is followed by the installed packages, unless a name is not to be looked for there', () => {
    const site = path.join(root, 'site-packages');
    mkdirSync(path.join(site, 'lib'), { recursive: true });
    mkdirSync(path.join(site, 'My_Lib-1.2.dist-info'));
    mkdirSync(path.join(site, 'old-lib-3.0.1-py3.11.egg-info'));
    writeFileSync(path.join(site, 'lib/__init__.py'), 'lib');
    writeFileSync(path.join(site, 'config.py'), 'installed');
    const both = new Workspace({
      folder,
      packages: [site],
      file: path.join(folder, 'a.py'),
      openFiles: new Map(),
    });
    expect(both.find('lib')).toEqual({
      file: path.join(site, 'lib/__init__.py'),
      text: 'lib',
      dirs: [path.join(site, 'lib')],
    });
    expect(both.find('config')?.text).toBe('config');
    expect(both.find('lib', undefined, false)).toBeUndefined();
    expect(workspace().find('__init__', [path.join(site, 'lib')])).toBeUndefined();
    expect([...versionsIn([path.join(root, 'missing'), site])]).toEqual([
      ['my_lib', '1.2'],
      ['old_lib', '3.0.1'],
    ]);
  });

  it('takes its own files for its own, though its folder is among the packages', () => {
    const inPlace = (packages: string[]) =>
      new Workspace({ folder, packages, file: path.join(folder, 'a.py'), openFiles: new Map() });
    const [config, venv] = [path.join(folder, 'config.py'), path.join(folder, '.venv/lib')];
    expect(inPlace([folder]).isInstalled(config)).toBe(false);
    expect(inPlace([root]).isInstalled(config)).toBe(false);
    expect(inPlace([root]).isInstalled(path.join(root, 'other.py'))).toBe(true);
    expect(inPlace([folder, venv]).isInstalled(path.join(venv, 'lib.py'))).toBe(true);
  });

  it('shows Python files and folders, and hides links that lead out', () => {
    const tree = new SourceTree([folder], new Map([[path.join(folder, 'new.py'), 'unsaved']]));
    const at = (name: string) => path.join(folder, name);
    expect(tree.list(at('models'))).toEqual(['net.py', 'parts']);
    expect(['config.py', 'models', 'data'].map((name) => tree.kind(at(name)))).toEqual([
      'file',
      'folder',
      'folder',
    ]);
    for (const name of ['linked.py', 'outside', 'outside/secret.py', 'huge.py', '../secret.py']) {
      expect(tree.kind(at(name)), name).toBeUndefined();
      expect(tree.read(at(name)).length, name).toBe(0);
    }
    expect(tree.list(at('outside'))).toEqual([]);
    expect(tree.read(at('config.py')).toString()).toBe('config');
    expect(tree.read(at('new.py')).toString()).toBe('unsaved');
  });

  it('knows inside from outside', () => {
    expect(isInside('/a/b', '/a/b/c')).toBe(true);
    expect(isInside('/a/b', '/a/bc')).toBe(false);
    expect(isInside('/a/b', '/a/b/../c')).toBe(false);
  });
});

describe('positions', () => {
  it('turn from bytes and lines from one into UTF-16 and lines from nought', () => {
    const lines = ["é = '𝄞'; x = nn.Linear(1, 2)"];
    const at = Buffer.byteLength("é = '𝄞'; x = ");
    const range = toRange(['f', 1, at, 1, at + 15], () => lines);
    expect(lines[0]!.slice(range.startColumn, range.endColumn)).toBe('nn.Linear(1, 2)');
    expect([range.startLine, range.endLine]).toEqual([0, 0]);
  });

  it('cover a trimmed line', () => {
    expect(wholeLine('f', 1, 'a\n  bc \n')).toMatchObject({ startLine: 1, startColumn: 2, endColumn: 4 });
  });
});

describe('canonical ops', () => {
  it('see a flatten in every reshape to batch and features', () => {
    const flatten = ['flatten', { start: 1, end: -1 }];
    expect(canonical('reshape', { shape: [{ batch: 1 }, -1] }, [[N, 8, 4, 4]])).toEqual(flatten);
    expect(canonical('reshape', { shape: [-1, 128] }, [[N, 8, 4, 4]])).toEqual(flatten);
    expect(canonical('reshape', { shape: [{ batch: 1 }, 8] }, [[N, 8, 1, 1]])).toEqual(flatten);
  });

  it('leave other reshapes as they are', () => {
    const attrs = { shape: [-1, 64] };
    expect(canonical('reshape', attrs, [[N, 8, 4, 4]])).toEqual(['reshape', attrs]);
    expect(canonical('relu', {}, [[N, 8]])).toEqual(['relu', {}]);
    expect(() => canonical('reshape', { shape: [-1, 100] }, [[N, 8, 4, 4]])).toThrow(ShapeError);
  });
});

describe('requests of the stand-ins', () => {
  const recorder = () =>
    new Recorder(
      {
        id: 1,
        file: '/w/f.py',
        text: 'x = 1\n',
        workspaceFolder: '/w',
        packages: [],
        openFiles: [],
        deadlineMs: 1,
        written: false,
      },
      () => undefined,
    );
  const ask = (to: Recorder, request: object | string): unknown =>
    JSON.parse(answerRequest(to, typeof request === 'string' ? request : JSON.stringify(request)));

  it('build a graph', () => {
    const to = recorder();
    const owners = [
      { path: 'fc', op: 'linear', attrs: { inFeatures: 2, outFeatures: 3, bias: false }, own: [] },
      { path: '', own: [['scale', [3], 'float32', true, null]], shared: [['again', 'scale']] },
    ];
    const params = { weight: 'fc.weight' };
    const graph = {
      ...{ do: 'graph', name: 'net', framework: 'pytorch', layout: 'NCHW', owners, modules: [], calls: [] },
      inputs: [[[{ batch: 1 }, 2], 'float32']],
      nodes: [
        ['linear', [0], owners[0]!.attrs, params, 'fc', [0], null, 1],
        ['unknown', [1], { name: 'twice' }, {}, '', [], [[{ batch: 1 }, 3], [3]], 2],
      ],
      ...{ places: [['/w/f.py', 1, 0, 1, 5]], outputs: [2], source: ['/w/f.py', 1, 0, 1, 5], notes: [] },
    };
    expect(ask(to, graph)).toEqual({ ok: null });
    const made = to.models[0]!.graph;
    expect(made.nodes.map(({ op, outputs }) => [op, outputs.map((id) => made.values[id]!.shape)])).toEqual([
      ['linear', [[N, 3]]],
      ['unknown', [[N, 3], [3]]],
    ]);
    expect(made.outputs).toEqual(['v2']);
    expect(made.params['scale']!.aliases).toEqual(['again']);
    expect(Object.keys(to.models[0]!.graph.params)).toEqual(['fc.weight', 'scale']);
  });

  it('answer shape errors as such, and nonsense with an error, never by throwing', () => {
    const attrs = { inFeatures: 2, outFeatures: 3 };
    expect(ask(recorder(), { do: 'shape', op: 'linear', shapes: [[{ batch: 1 }, 5]], attrs })).toEqual({
      error: 'linear expects 2 features last but the input is N×5',
      kind: 'shape',
    });
    const nonsense = [
      'not json',
      '{}',
      { do: 'constructor' },
      { do: '__proto__' },
      { do: 'graph' },
      {
        do: 'graph',
        name: 'n',
        framework: 'pytorch',
        owners: [],
        inputs: [],
        nodes: [['relu', [9]]],
        places: [],
        outputs: [],
      },
      { do: 'shape', op: 'linear', shapes: [[-1]], attrs },
      { do: 'shape', op: 'linear', shapes: 3, attrs },
      { do: 'graph', framework: 'pytorch', owners: 3 },
      { do: 'graph', framework: 'fortran', owners: [] },
      { do: 'problem', place: 'x' },
      { do: 'module', name: 7 },
    ];
    for (const request of nonsense) {
      expect(Object.keys(ask(recorder(), request) as object), JSON.stringify(request)).toEqual(
        request === nonsense[10] ? ['ok'] : ['error', 'kind'],
      );
    }
  });
});

describe('the Python frontend', () => {
  it('is for Python files that speak of torch or ask to be read', async () => {
    const python = createPythonFrontend({ distDir: '/nowhere' });
    expect(python.handles('/a/b.py', 'import torch.nn as nn')).toBe(true);
    expect(python.handles('/a/b.py', 'from blocks import Net\n# espalier: model Net()')).toBe(true);
    expect(python.handles('/a/b.py', 'import os')).toBe(false);
    expect(python.handles('/a/b.ts', 'import torch')).toBe(false);
    await python.dispose();
  });
});
