// Which Python environment's TensorFlow is taken, on folders laid out as pip lays them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findTensorFlow, tensorFlowAt } from '../../../../native/devices/tensorflow/find';

const root = mkdtempSync(path.join(tmpdir(), 'espalier-find-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const library = process.platform === 'darwin' ? 'libtensorflow_cc.2.dylib' : 'libtensorflow_cc.so.2';

/** An environment with the files that count. */
function environment(name: string, version: string, { cuda = false, headers = true } = {}): string {
  const site = path.join(root, name, 'lib/python3.11/site-packages');
  mkdirSync(path.join(site, 'tensorflow', ...(headers ? ['include'] : [])), { recursive: true });
  writeFileSync(path.join(site, 'tensorflow', library), '');
  const info = path.join(site, `tensorflow_cpu-${version}.dist-info`);
  mkdirSync(info);
  writeFileSync(path.join(info, 'METADATA'), `Name: tensorflow-cpu\nVersion: ${version}\n`);
  if (cuda) mkdirSync(path.join(site, 'nvidia/cudnn/lib'), { recursive: true });
  return path.join(root, name);
}

describe('a TensorFlow', () => {
  const place = environment('plain', '2.21.0', { cuda: true });

  it('is found from its environment, its site-packages, and its own folder, with its CUDA libraries', () => {
    const site = path.join(place, 'lib/python3.11/site-packages');
    const folder = path.join(site, 'tensorflow');
    for (const start of [place, site, folder])
      expect(tensorFlowAt(start)).toEqual({
        folder,
        version: '2.21.0',
        cuda: [path.join(site, 'nvidia/cudnn/lib')],
      });
  });

  it('counts only with the headers that the binding is built with', () => {
    expect(tensorFlowAt(environment('no-headers', '2.21.0', { headers: false }))).toBeUndefined();
  });
});

describe('looking for one', () => {
  const own = environment('own', '2.19.0');
  const active = environment('active', '2.20.0');
  const project = path.join(root, 'project');
  environment('project/.venv', '2.18.0');
  const search = { folders: [project], own };
  const versionOf = (env: Record<string, string>) => findTensorFlow({ ...search, env })?.version;

  it("takes what is named, else the active environment, else the project's, else the fetched one", () => {
    expect(versionOf({ ESPALIER_TENSORFLOW: own, VIRTUAL_ENV: active })).toBe('2.19.0');
    expect(versionOf({ VIRTUAL_ENV: active })).toBe('2.20.0');
    expect(versionOf({ CONDA_PREFIX: active })).toBe('2.20.0');
    expect(versionOf({})).toBe('2.18.0');
    expect(findTensorFlow({ env: {}, folders: [], own })?.version).toBe('2.19.0');
  });

  it('takes no other where the named one is not there', () => {
    expect(versionOf({ ESPALIER_TENSORFLOW: path.join(root, 'nowhere'), VIRTUAL_ENV: active })).toBe(
      undefined,
    );
  });
});
