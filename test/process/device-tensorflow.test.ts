// Linking a TensorFlow as people do: found, built, tried, remembered, broken, forgotten.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Installed } from '../../native/devices/tensorflow/installed';
import { cli, linkTensorFlow, noTensorFlow } from './tensorflow';

const folders: string[] = [];
const empty = () => folders[folders.push(mkdtempSync(path.join(tmpdir(), 'espalier-empty-'))) - 1]!;
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('without a TensorFlow', () => {
  it('says which one it was told to take and did not find, and links nothing', () => {
    const home = empty();
    const { status, stderr } = cli(['devices', 'install'], {
      ESPALIER_HOME: home,
      ESPALIER_TENSORFLOW: '/nowhere',
    });
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      'espalier: there is no TensorFlow in /nowhere, which ESPALIER_TENSORFLOW names',
    );
    expect(readdirSync(home)).toEqual([]);
  });

  it('lists both of its devices as unusable, with what to do', () => {
    const { stdout } = cli(['devices'], { ESPALIER_HOME: empty() });
    expect(stdout).toMatch(/^cuda +no .*Install GPU Backend/m);
    expect(stdout).toMatch(/^tensorflow +no .*espalier devices install/m);
  });
});

describe.skipIf(noTensorFlow)(`a TensorFlow${noTensorFlow ? ` (${noTensorFlow})` : ''}`, () => {
  const record = (home: string) =>
    JSON.parse(readFileSync(path.join(home, 'tensorflow/installed.json'), 'utf8')) as Installed;

  it('is linked, computes, and is forgotten without a trace', () => {
    const home = linkTensorFlow();
    folders.push(home);
    const { gpu, binding } = record(home);
    expect(existsSync(binding)).toBe(true);
    const { stdout } = cli(['devices', '--measure']);
    expect(stdout).toMatch(gpu ? /^cuda +yes +gpu .*GFLOP/m : /^tensorflow +yes +cpu .*GFLOP/m);
    expect(cli(['devices', 'remove']).status).toBe(0);
    expect(existsSync(path.join(home, 'tensorflow'))).toBe(false);
  });

  it('whose binding is broken is told in one line that says what to do, and others are still measured', () => {
    const home = linkTensorFlow();
    folders.push(home);
    writeFileSync(record(home).binding, 'not a library');
    const { status, stdout } = cli(['devices', '--measure']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^(tensorflow|cuda) +no .*run Install GPU Backend again/m);
    expect(stdout).toMatch(/^wasm +yes/m);
  });
});
