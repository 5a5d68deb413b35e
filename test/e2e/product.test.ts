// The whole product as a person meets it: the packaged extension in real VS Code, driven with mouse and keyboard.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
/** `npm run screenshots` writes the README's pictures; otherwise they are only for looking at. */
const pictures = path.resolve(root, process.env['ESPALIER_SCREENSHOTS'] ?? 'test/e2e/output');
const missing = missingForE2e();
if (missing) console.warn(`end-to-end tests: ${missing}`);

let vscode: VsCode;
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-'));
const runs = path.join(folder, '.espalier', 'runs');

/** What a canvas shows, as a data URL: two that differ were drawn differently. */
const drawn = (view: Frame, selector: string): Promise<string> =>
  view.evaluate(`document.querySelector(${JSON.stringify(selector)}).toDataURL()`);

/** A line of lenses by something it says. */
const lensLine = (text: string) => vscode.page.locator('.codelens-decoration', { hasText: text }).first();

const shot = (name: string) => vscode.screenshot(path.join(pictures, `${name}.png`));

describe.skipIf(missing).sequential('a newcomer with a PyTorch file', () => {
  beforeAll(async () => {
    for (const place of [pictures, path.join(root, 'test/e2e/output')]) mkdirSync(place, { recursive: true });
    copyFileSync(path.join(root, 'examples/pytorch/convnet.py'), path.join(folder, 'convnet.py'));
    writeFileSync(path.join(folder, 'quick.espalier.yaml'), quickRecipe);
    const vsix = path.join(tmpdir(), `espalier-e2e-${process.pid}.vsix`);
    const flags =
      '--target linux-x64 --no-dependencies --allow-missing-repository --no-rewrite-relative-links';
    execFileSync('npx', ['vsce', 'package', ...flags.split(' '), '-o', vsix], { cwd: root });
    vscode = await VsCode.start({
      folder,
      vsix,
      settings: { 'editor.minimap.enabled': false },
      width: 1480,
      height: 860,
    });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(root, 'test/e2e/output/failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('opens it and reads what the model is, and what fits each layer', async () => {
    await vscode.openFile('convnet.py');
    // The factory, and so its lens, stands at the end of the file.
    await vscode.goToEnd();
    await lensLine('parameters').waitFor({ timeout: 60_000 });
    const [model] = (await vscode.lenses()).filter((text) => text.includes('parameters'));
    expect(model).toMatch(/^77,754 parameters · 5\.16 MFLOPs · 10 of 10 layers prunable/);
    expect(model).toContain('Sparse train');
    await vscode.page.locator('.view-lines', { hasText: '2:4' }).first().waitFor({ timeout: 30_000 });
    await shot('lens');
  });

  it('trains it sparse from the lens and watches it', async () => {
    await vscode.clickLens('Sparse train');
    await vscode.pick('Channel pruning by BN scale');
    await vscode.write('0.5');
    await vscode.pick('Built-in digits');
    // What it takes and buys is measured while one looks.
    await vscode.page.locator('.quick-input-list', { hasText: 'at batch 1' }).waitFor({ timeout: 60_000 });
    await shot('start');
    await vscode.pick('Train');
    const view = await vscode.frame('.charts canvas', 60_000);
    await vscode.notification(/step \d+\/\d+/).waitFor({ timeout: 90_000 });
    await vscode.page.waitForTimeout(3000);
    const before = await drawn(view, '.charts canvas');
    await expect
      .poll(() => drawn(view, '.charts canvas'), { timeout: 30_000, interval: 1000 })
      .not.toBe(before);
    await shot('run');
  });

  it('is told how it ended, and finds the run in its folder', { timeout: 300_000 }, async () => {
    await vscode.notification(/accuracy .* → /).waitFor({ timeout: 280_000 });
    const [run] = readdirSync(runs);
    const record = JSON.parse(readFileSync(path.join(runs, run!, 'run.json'), 'utf8')) as {
      status: string;
      result: { accuracy: number; flops: { dense: number; sparse: number } };
    };
    expect(record.status).toBe('finished');
    expect(record.result.accuracy).toBeGreaterThan(0.9);
    expect(record.result.flops.sparse).toBeLessThanOrEqual(0.5 * record.result.flops.dense);
  });

  it(
    'measures it against the dense model, and reads a ratio that was measured',
    { timeout: 200_000 },
    async () => {
      await vscode.press(/accuracy .* → /, 'Benchmark');
      await vscode.pick('ONNX Runtime');
      const view = await vscode.frame('.latency-table', 150_000);
      const text = await view.innerText('body');
      expect(text).toContain('ONNX Runtime');
      expect(text).toMatch(/\d\.\d+ ?×|no speed-up/);
      await shot('latency');
    },
  );

  it('trains it 2:4 from a recipe file', { timeout: 300_000 }, async () => {
    const recipe = readFileSync(
      path.join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('slimming.espalier.yaml'))!,
      ),
      'utf8',
    );
    expect(recipe).toContain('method: network-slimming');
    await vscode.openFile('quick.espalier.yaml');
    await vscode.clickLens(/Run recipe/i);
    await vscode.notification(/2:4 magnitude: accuracy .* → /).waitFor({ timeout: 280_000 });
  });

  it('sees every weight of the mask, and the groups of four when zoomed in', async () => {
    await vscode.press(/2:4 magnitude: accuracy/, 'Masks');
    await vscode.page.keyboard.press('Control+B');
    const view = await vscode.frame('canvas[role="application"]', 60_000);
    const matrix = 'canvas[role="application"]';
    await view.waitForSelector(matrix);
    await vscode.page.waitForTimeout(1000);
    // The first layer reads one grey channel and stays dense; the second is 2:4.
    await view.click('text=layers.0.conv1');
    await vscode.page.waitForTimeout(1000);
    const far = await drawn(view, matrix);
    await view.focus(matrix);
    for (let i = 0; i < 8; i++) await vscode.page.keyboard.press('+');
    await expect.poll(() => drawn(view, matrix), { timeout: 20_000 }).not.toBe(far);
    await shot('masks');
  });

  it('is told that 2:4 gains nothing on ONNX Runtime', { timeout: 200_000 }, async () => {
    await vscode.openFile('convnet.py');
    await vscode.goToEnd();
    // The lens means the model's latest run.
    await vscode.clickLens('Benchmark');
    await vscode.pick('ONNX Runtime');
    await expect
      .poll(async () => (await vscode.frame('.latency-table', 5000)).innerText('body'), {
        timeout: 150_000,
      })
      .toMatch(/dense kernel/);
  });

  it('chooses a pattern where the method leaves it open, and says what may be left in place of what goes', async () => {
    const written = () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.espalier.yaml'))
        .map((name) => readFileSync(path.join(folder, name), 'utf8'));
    const ask = async (method: RegExp) => {
      await vscode.openFile('convnet.py');
      await vscode.goToEnd();
      await vscode.clickLens('Sparse train');
      await vscode.pick(method);
    };
    await ask(/^Magnitude/);
    await vscode.item('block 4x4').waitFor();
    await shot('pattern');
    await vscode.pick('block 4x4');
    await vscode.write('0.8');
    await vscode.pick('Built-in digits');
    await vscode.pick('Open the recipe first');
    // The host that fits the recipe may only now be starting.
    await expect.poll(() => written().join(), { timeout: 30_000 }).toContain('pattern: block 4x4');
    await ask(/^Channel pruning by BN scale/);
    await vscode.quickInput.fill('0.4 MACs');
    await vscode.page.waitForTimeout(500);
    await shot('amount');
    await vscode.write('0.4 MACs');
    await vscode.pick('Built-in digits');
    await vscode.page.locator('.quick-input-list', { hasText: 'at batch 1' }).waitFor({ timeout: 60_000 });
    await vscode.pick('Open the recipe first');
    // The recipe of the first run stays.
    await vscode.pick('New file');
    await expect.poll(() => written().join(), { timeout: 30_000 }).toContain('\n  macs: 0.4\n');
  });

  it('picks a table and says which of its columns holds the class', async () => {
    writeFileSync(path.join(folder, 'mlp.py'), mlp);
    const rows = Array.from({ length: 300 }, (_, i) => `${i % 7},${i % 3},${(i * i) % 5},${i % 2}`);
    writeFileSync(path.join(folder, 'table.csv'), ['a,b,c,class', ...rows].join('\n'));
    await vscode.openFile('mlp.py');
    await vscode.clickLens('Sparse train');
    await vscode.pick(/^2:4 magnitude/i);
    await vscode.pick('File…');
    await vscode.page.locator('.quick-input-widget', { hasText: 'File with data' }).waitFor();
    // Not typed: the box is written over once the folder is listed.
    await vscode.pick('table.csv');
    await vscode.item('class').waitFor();
    await shot('column');
    await vscode.pick(/^class/);
    await vscode.item('rows of table.csv (240 + 60)').waitFor({ timeout: 60_000 });
    await vscode.pick('Open the recipe first');
    const recipe = path.join(folder, 'mlp.nm-magnitude.espalier.yaml');
    const text = () => existsSync(recipe) && readFileSync(recipe, 'utf8');
    await expect.poll(text, { timeout: 30_000 }).toContain('label: class');
  });

  it('half-types a line and keeps the last good lens, marked stale', async () => {
    await vscode.openFile('convnet.py');
    await vscode.goToEnd();
    await vscode.page.keyboard.press('Enter');
    await vscode.page.keyboard.type('def broken(:');
    await lensLine('stale').waitFor({ timeout: 30_000 });
    expect((await vscode.lenses()).join(' ')).toContain('77,754 parameters');
  });

  it('has no orphan processes once the window is closed', async () => {
    const own = () =>
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes(vscode.home) && /(training-host|language-server)\.cjs/.test(line));
    expect(own()).not.toEqual([]);
    await vscode.stop();
    await expect.poll(own, { timeout: 20_000 }).toEqual([]);
    expect(existsSync(runs)).toBe(true);
  });
});

const quickRecipe = `version: 1
model:
  file: convnet.py
  name: convnet
method: nm-magnitude
sparsity: 0.5
data:
  kind: digits
  train: 2000
  test: 500
training:
  epochs: 4
  batch: 64
  optimizer: adam
  learningRate: 0.003
  seed: 1
`;

const mlp = `from torch import nn


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, x):
        return self.layers(x)


# espalier: model mlp input=(1, 3)
mlp = Mlp()
`;
