// Where the packages of a Python environment are found, by the layout of its folders.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackages } from '../../../language-server/frontends/python/environment';

let root: string;
let project: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'espalier-environment-')));
  project = path.join(root, 'project');
  mkdirSync(project);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folder = (...parts: string[]): string => {
  const made = path.join(root, ...parts);
  mkdirSync(made, { recursive: true });
  return made;
};
const file = (place: string, text = ''): string => {
  const made = path.join(root, place);
  mkdirSync(path.dirname(made), { recursive: true });
  writeFileSync(made, text);
  return made;
};
/** A virtual environment as `python -m venv` lays it out; its folder of packages. */
const venv = (place: string, config = 'home = /usr/bin\n', version = '3.11'): string => {
  file(`${place}/pyvenv.cfg`, config);
  file(`${place}/bin/python3`);
  return folder(place, 'lib', `python${version}`, 'site-packages');
};
const find = (more: Partial<Parameters<typeof findPackages>[0]> = {}) =>
  findPackages({ folders: [project], env: {}, ...more });

describe('the packages of a Python environment', () => {
  it('are those of a virtual environment beside the model', () => {
    const packages = venv('project/.venv');
    venv('elsewhere');
    expect(find({ env: { VIRTUAL_ENV: path.join(root, 'elsewhere') } })).toEqual([packages]);
  });

  it('are those of the active environment otherwise, then of the Python on PATH', () => {
    const active = venv('active');
    const conda = folder('conda/lib/python3.12/site-packages');
    const onPath = folder('system/lib/python3.10/site-packages');
    file('system/bin/python3');
    const env = { PATH: path.join(root, 'system/bin'), CONDA_PREFIX: path.join(root, 'conda') };
    expect(find({ env: { ...env, VIRTUAL_ENV: path.join(root, 'active') } })).toEqual([active]);
    expect(find({ env })).toEqual([conda]);
    expect(find({ env: { PATH: env.PATH } })).toEqual([onPath]);
    expect(find()).toEqual([]);
  });

  it('are those that the setting names, by folder or interpreter, before what the extension chose', () => {
    venv('project/.venv');
    const [said, chosen] = [venv('said'), venv('chosen')];
    const extension = path.join(root, 'chosen/bin/python3');
    expect(find({ chosen: extension })).toEqual([chosen]);
    expect(find({ chosen: extension, setting: path.join(root, 'said/bin/python3') })).toEqual([said]);
    expect(find({ setting: '../said' })).toEqual([said]);
    expect(find({ setting: '~/said', env: { HOME: root } })).toEqual([said]);
  });

  it('are none where the setting leads nowhere', () => {
    venv('project/.venv');
    expect(find({ setting: '/no/such/python' })).toEqual([]);
  });

  it('are of the version that the interpreter has, and else of the newest', () => {
    const old = folder('many/lib/python3.9/site-packages');
    const newest = folder('many/lib/python3.12/site-packages');
    file('many/bin/python3.9');
    symlinkSync('python3.9', path.join(root, 'many/bin/python'));
    expect(find({ setting: path.join(root, 'many/bin/python') })).toEqual([old]);
    expect(find({ setting: path.join(root, 'many') })).toEqual([newest]);
  });

  it('lie in Lib on Windows and in dist-packages on Debian', () => {
    file('windows/pyvenv.cfg');
    const windows = folder('windows/Lib/site-packages');
    const debian = folder('debian/lib/python3/dist-packages');
    expect(find({ setting: path.join(root, 'windows/Scripts/python.exe') })).toEqual([windows]);
    expect(find({ setting: path.join(root, 'debian') })).toEqual([debian]);
  });

  it('include projects that are installed in place, and what the environment inherits', () => {
    const base = folder('base/lib/python3.11/site-packages');
    const editable = folder('editable/src');
    const home = path.join(root, 'base/bin');
    const packages = venv('own', `home = ${home}\ninclude-system-site-packages = true\nversion = 3.11.2\n`);
    file('own/lib/python3.11/site-packages/thing.pth', `import os\n${editable}\n/no/such/folder\n`);
    expect(find({ setting: path.join(root, 'own') })).toEqual([packages, editable, base]);
  });

  it('stay inside a workspace when the environment is part of it', () => {
    const outside = folder('outside');
    const packages = venv(
      'project/.venv',
      `home = ${path.join(root, 'base/bin')}\ninclude-system-site-packages = true\n`,
    );
    folder('base/lib/python3.11/site-packages');
    file('project/.venv/lib/python3.11/site-packages/out.pth', `${outside}\n`);
    expect(find()).toEqual([packages]);
    rmSync(packages, { recursive: true });
    symlinkSync(outside, packages);
    expect(find()).toEqual([]);
  });
});
