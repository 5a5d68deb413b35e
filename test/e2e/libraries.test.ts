// Model files that nobody here wrote, in real VS Code: torchvision's ResNet and timm's ViT, read from their own sources.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const extra = (process.env['ESPALIER_PYTHONPATH'] ?? '').split(path.delimiter).filter(Boolean);
const missing = missingForE2e();

/** The folder that a package lies in: timm comes from a registry that not every machine reaches. */
function folderOf(name: string): string | undefined {
  const given = extra.find((folder) => existsSync(path.join(folder, name, '__init__.py')));
  if (given) return given;
  const code = `import importlib.util as u; s = u.find_spec(${JSON.stringify(name)}); print(s.origin if s else '')`;
  const origin = execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
  return origin ? path.resolve(origin, '../..') : undefined;
}

/** What real PyTorch counts. */
function parametersOf(module: string, call: string): string {
  const code = `from ${module} import *; print(f'{sum(p.numel() for p in ${call}.parameters()):,}')`;
  return execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
}

describe.skipIf(missing).sequential('a model file of a library', () => {
  let vscode: VsCode;
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-libraries-'));
  const timm = missing ? undefined : folderOf('timm');

  /** Copies the Python sources of a package into the workspace, as a checkout of it would have them. */
  const checkOut = (from: string, name: string) =>
    cpSync(path.join(from, name), path.join(folder, name), {
      recursive: true,
      filter: (file) => !/\.so$|__pycache__/.test(file),
    });

  /** Brings a declaration into view and answers with the lens above it. */
  async function lensAt(file: string, declaration: string): Promise<string> {
    const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.startsWith(declaration)) + 1;
    await vscode.openFile(file);
    await vscode.goToLine(line);
    let found: string | undefined;
    await expect
      .poll(
        async () => {
          found = await vscode.lensAbove(declaration);
          return found;
        },
        { timeout: 90_000, interval: 500 },
      )
      .toMatch(/parameters/);
    return found!;
  }

  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    checkOut(folderOf('torchvision')!, 'torchvision');
    if (timm) checkOut(timm, 'timm');
    vscode = await VsCode.start({
      folder,
      settings: {
        'editor.minimap.enabled': false,
        'espalier.python.environment': python,
        // What is tested is what is read, not how fast a machine is that does other things meanwhile.
        'espalier.trace.deadline': 120,
      },
      width: 1480,
      height: 860,
    });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'libraries-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it("reads torchvision's ResNet: parameters, FLOPs and prunable layers above each builder", async () => {
    const lens = await lensAt('torchvision/models/resnet.py', 'def resnet50(');
    await vscode.screenshot(path.join(output, 'torchvision-resnet.png'));
    expect(lens).toContain(`${parametersOf('torchvision.models', 'resnet50()')} parameters`);
    expect(lens).toMatch(/8\.\d+ GFLOPs .* 5\d of 54 layers prunable/);
  });

  it.skipIf(!timm)("reads timm's ViT, a file of dozens of factories", async () => {
    const lens = await lensAt('timm/models/vision_transformer.py', 'def vit_tiny_patch16_224(');
    await vscode.screenshot(path.join(output, 'timm-vit.png'));
    // Published: 5.7 M parameters, 1.3 GMACs.
    expect(lens).toContain('5,717,416 parameters');
    expect(lens).toMatch(/2\.\d+ GFLOPs/);
  });
});
