// Model files that are no code, in real VS Code: a binary one opens as a table, a YOLO file has lenses at its scales.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportOnnx } from '../../training/export/onnx/export';
import { convnetGraph, halved } from '../process/export-convnet';
import { randomModel } from '../unit/export/models';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
/** `npm run screenshots` writes the README's pictures; otherwise they are only for looking at. */
const pictures = path.resolve(root, process.env['ESPALIER_SCREENSHOTS'] ?? 'test/e2e/output');
const missing = missingForE2e();
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-files-'));
let vscode: VsCode;

describe.skipIf(missing).sequential('model files in VS Code', () => {
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    writeFileSync(path.join(folder, 'convnet.onnx'), exportOnnx(halved(randomModel(convnetGraph()))));
    copyFileSync(path.join(root, 'examples/yolo/yolov8.yaml'), path.join(folder, 'yolov8.yaml'));
    const vsix = path.join(tmpdir(), `espalier-e2e-files-${process.pid}.vsix`);
    const flags =
      '--target linux-x64 --no-dependencies --allow-missing-repository --no-rewrite-relative-links';
    execFileSync('npx', ['vsce', 'package', ...flags.split(' '), '-o', vsix], { cwd: root });
    vscode = await VsCode.start({ folder, vsix, width: 1400, height: 860 });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'model-files-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('an ONNX file opens as the table of its layers, and is read anew when it changes', async () => {
    await vscode.openFile('convnet.onnx');
    let view = await vscode.frame('.model-table .grid-row.head', 90_000);
    await view.getByText('2:4 already').or(view.getByText('already')).first().waitFor({ timeout: 60_000 });
    expect(await view.locator('header').textContent()).toContain('77,754 parameters');
    await view.getByText('layers.1.conv1', { exact: true }).click();
    expect(await view.locator('.details').textContent()).toContain('can be removed');
    await vscode.screenshot(path.join(pictures, 'model-file.png'));

    writeFileSync(path.join(folder, 'convnet.onnx'), exportOnnx(randomModel(convnetGraph([16, 32, 48]))));
    for (const end = Date.now() + 60_000; ;) {
      view = await vscode.frame('.model-file header');
      const text = await view
        .locator('header')
        .textContent()
        .catch(() => '');
      if (text !== null && text !== '' && !text.includes('77,754')) break;
      if (Date.now() > end) throw new Error('the table was not read anew');
      await vscode.page.waitForTimeout(500);
    }
  });

  it('a YOLO file has a lens at each of its scales', async () => {
    await vscode.openFile('yolov8.yaml');
    await vscode
      .lens('11,166,560 parameters')
      .or(vscode.page.getByText('11,166,560 parameters'))
      .first()
      .waitFor({ timeout: 90_000 });
    const lenses = await vscode.lenses();
    expect(lenses.filter((text) => text.includes('layers prunable'))).toHaveLength(5);
    await vscode.screenshot(path.join(pictures, 'yolo.png'));
  });
});
