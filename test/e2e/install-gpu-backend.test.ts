// Install GPU Backend in real VS Code: what stands in its way is one line, it can be cancelled, and where there is a TensorFlow it
// is found in the workspace's environment and linked.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const output = path.resolve(import.meta.dirname, 'output');
const missing = missingForE2e();
const real = process.env['ESPALIER_TENSORFLOW'];
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-install-'));
const home = path.join(folder, 'cache');
const workspace = path.join(folder, 'workspace');
const venv = path.join(workspace, '.venv');
const changed = [
  'ESPALIER_TENSORFLOW',
  'ESPALIER_HOME',
  'CXX',
  'PATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
] as const;
const before = changed.map((name) => [name, process.env[name]] as const);
let vscode: VsCode;

/** A program that is found before the machine's own. */
function program(name: string, script: string): string {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** An environment whose TensorFlow has its files in their places, and nothing in them. */
function brokenTensorFlow(): void {
  const site = path.join(venv, 'lib/python3.11/site-packages');
  mkdirSync(path.join(site, 'tensorflow/include'), { recursive: true });
  mkdirSync(path.join(site, 'tensorflow-2.19.0.dist-info'));
  writeFileSync(path.join(site, 'tensorflow-2.19.0.dist-info/METADATA'), 'Version: 2.19.0\n');
  for (const library of ['libtensorflow_cc.so.2', 'libtensorflow_cc.2.dylib'])
    writeFileSync(path.join(site, 'tensorflow', library), 'not a library');
}

async function install(): Promise<void> {
  await vscode.runCommand('Espalier: Install GPU Backend');
  await vscode.pick('Find it');
}

const linked = (): boolean => existsSync(path.join(home, 'tensorflow/installed.json'));

describe.skipIf(missing).sequential('Install GPU Backend', () => {
  beforeAll(async () => {
    for (const made of [output, workspace, path.join(folder, 'bin')]) mkdirSync(made, { recursive: true });
    for (const name of changed) if (name !== 'PATH') delete process.env[name];
    process.env['ESPALIER_HOME'] = home;
    // The window's own environment: a Python that imports nothing, and a compiler that a test may put in the way.
    program('python3', 'echo');
    program('espalier-c++', `test -f ${folder}/slow && exec sleep 600; exec c++ "$@"`);
    process.env['CXX'] = path.join(folder, 'bin/espalier-c++');
    process.env['PATH'] = `${path.join(folder, 'bin')}:${process.env['PATH']}`;
    vscode = await VsCode.start({ folder: workspace, width: 1280, height: 800 });
    // A palette that is opened before the extension is known does not learn of it.
    await vscode.openSideBar('Espalier');
    await vscode.page.getByText('Open Example').first().waitFor({ timeout: 60_000 });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'install-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(async () => {
    await vscode?.stop();
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true, force: true });
  });

  it('says in one line that no environment has a TensorFlow, and what to do', async () => {
    await install();
    const told = vscode.notification('no Python environment here has TensorFlow');
    await told.waitFor({ timeout: 60_000 });
    expect(await told.innerText()).toMatch(/pip install tensorflow\), or let Espalier fetch it/);
    await vscode.screenshot(path.join(output, 'install-none.png'));
    expect(linked()).toBe(false);
    await vscode.page.keyboard.press('Escape');
    await told.waitFor({ state: 'detached' });
  });

  it('can be cancelled, and leaves nothing behind', async () => {
    brokenTensorFlow();
    writeFileSync(path.join(folder, 'slow'), '');
    await install();
    const progress = vscode.notification(/linking to TensorFlow 2\.19\.0/);
    await progress.waitFor({ timeout: 60_000 });
    await vscode.screenshot(path.join(output, 'install-linking.png'));
    await vscode.press(/linking to TensorFlow/, 'Cancel');
    await progress.waitFor({ state: 'detached', timeout: 20_000 });
    await vscode.page.waitForTimeout(1000);
    expect(await vscode.notification(/Espalier|TensorFlow/).count()).toBe(0);
    expect(readdirSync(path.join(home, 'tensorflow'))).toEqual([]);
    rmSync(path.join(folder, 'slow'));
  });

  it('says in one line why a TensorFlow cannot be linked', async () => {
    await install();
    const told = vscode.notification('the binding to TensorFlow does not compile');
    await told.waitFor({ timeout: 90_000 });
    expect((await told.innerText()).replaceAll('\u00a0', ' ')).toMatch(
      /Espalier: the binding to TensorFlow does not compile: .*error/i,
    );
    await vscode.screenshot(path.join(output, 'install-broken.png'));
    expect(linked()).toBe(false);
    await vscode.page.keyboard.press('Escape');
    rmSync(venv, { recursive: true });
  });

  it.skipIf(!real)("links the one in the workspace's .venv, and the device can train", async () => {
    symlinkSync(real!, venv);
    await install();
    await vscode
      .notification(/TensorFlow \((CPU|GPU|CUDA)\)|CUDA \(TensorFlow\) can train now/)
      .filter({ hasText: 'can train now' })
      .waitFor({ timeout: 150_000 });
    await vscode.screenshot(path.join(output, 'install-linked.png'));
    expect(linked()).toBe(true);
  });
});
