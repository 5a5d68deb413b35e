// The editor's own part in real VS Code: shapes, the model view, quick fixes and their undo, the outline, notebooks.
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const pictures = path.join(root, 'test/e2e/output');
const missing = missingForE2e();

const wide = `from torch import nn

# espalier: model net input=(1, 4, 16, 16)
net = nn.Sequential(
    nn.Conv2d(4, 30, 3),
    nn.BatchNorm2d(30),
    nn.Conv2d(30, 8, 3),
)
`;
const notebook = {
  cells: [
    ['%matplotlib inline\n', 'from torch import nn'],
    ['# espalier: model net input=(1, 8)\n', 'net = nn.Sequential(nn.Linear(8, 16), nn.Linear(16, 4))'],
  ].map((source) => ({ cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source })),
  metadata: {
    language_info: { name: 'python' },
    kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

let vscode: VsCode;
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-editor-'));
const shot = (name: string) => vscode.screenshot(path.join(pictures, `${name}.png`));
const code = (text: string | RegExp) => vscode.page.locator('.editor-instance .view-line', { hasText: text });
/** A row of a view in the side bar, by what it is read aloud as. */
const row = (label: string) =>
  vscode.page.locator(`.sidebar .monaco-list-row[aria-label^="${label}, "]`).first();
const open = (label: string) => row(label).locator('.monaco-tl-twistie').click();
/** VS Code draws spaces in code as other characters. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe.skipIf(missing).sequential('a person who reads a model', () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    copyFileSync(path.join(root, 'examples/pytorch/convnet.py'), path.join(folder, 'convnet.py'));
    writeFileSync(path.join(folder, 'wide.py'), wide);
    writeFileSync(path.join(folder, 'net.ipynb'), JSON.stringify(notebook));
    vscode = await VsCode.start({
      folder,
      settings: { 'editor.minimap.enabled': false },
      ...{ width: 1480, height: 900 },
    });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await shot('failed-editor');
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('finds its modules, layers and groups in the model view', async () => {
    await vscode.openSideBar('Espalier');
    await shot('model-view-empty');
    await vscode.openFile('convnet.py');
    await vscode.goToEnd();
    await vscode.lens('Sparse train').first().waitFor({ timeout: 90_000 });
    await row('convnet').waitFor({ timeout: 30_000 });
    expect(plain(await row('convnet').innerText())).toContain('77,754 parameters');
    await open('layers');
    await open('0');
    await open('Groups');
    await row('layers.0.conv1').waitFor();
    await shot('model-view-light');
    for (const [theme, kind] of [
      ['Dark High Contrast', 'hc-black'],
      ['Dark Modern', 'vs-dark'],
    ] as const) {
      await vscode.theme(theme);
      await vscode.page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: 20_000 });
      await shot(`model-view-${kind}`);
    }
  });

  it('gets to the line that builds a layer, and back to its row', async () => {
    await row('conv2').click();
    await vscode.page.locator('.statusbar-item', { hasText: 'Ln 14,' }).waitFor({ timeout: 10_000 });
    await row('convnet').click();
    await vscode.page.locator('.statusbar-item', { hasText: 'Ln 57,' }).waitFor({ timeout: 10_000 });
    // From the code to the row: the line is the head's.
    await vscode.page.keyboard.press('Control+G');
    await vscode.answer(':48');
    await vscode.runCommand('Espalier: Reveal in Model View');
    await vscode.page
      .locator('.sidebar .monaco-list-row.selected[aria-label^="head, "]')
      .waitFor({ timeout: 10_000 });
  });

  it('shows only what cannot be pruned, and everything again', async () => {
    await vscode.runCommand('Espalier: Show Only What Cannot Be Pruned');
    await row('stem').waitFor({ state: 'detached', timeout: 10_000 });
    await shot('model-view-unprunable');
    await vscode.runCommand('Espalier: Show All Layers');
    await row('stem').waitFor({ timeout: 10_000 });
  });

  it('sees the shape of every line of forward with one command', async () => {
    await vscode.goToEnd();
    await vscode.runCommand('Espalier: Toggle Tensor Shapes');
    await code('→').first().waitFor({ timeout: 20_000 });
    const shapes = (await code('→').allInnerTexts()).map((text) => plain(text).trim());
    expect(shapes.join('\n')).toMatch(/return self\.head\(x\) ?→ ?N×10/);
    await shot('shapes');
    await vscode.runCommand('Espalier: Toggle Tensor Shapes');
    await code('→').first().waitFor({ state: 'detached', timeout: 20_000 });
  });

  it('finds the model in the outline', async () => {
    await vscode.runCommand('Explorer: Focus on Outline View');
    await vscode.page
      .locator('.outline-pane .monaco-list-row', { hasText: 'convnet' })
      .first()
      .waitFor({ timeout: 20_000 });
    await shot('outline');
  });

  it('widens a layer with a quick fix, and takes it back with one undo', async () => {
    await vscode.page.keyboard.press('Escape');
    await vscode.openFile('wide.py');
    await vscode.lens('Sparse train').first().waitFor({ timeout: 60_000 });
    // Near its start: once a hint stands there, the middle of the line lies behind the call.
    await code('nn.Conv2d(30')
      .first()
      .click({ position: { x: 80, y: 8 } });
    await vscode.page.locator('.editor-instance .squiggly-info').first().waitFor({ timeout: 20_000 });
    await vscode.page.keyboard.press('Control+.');
    const fix = vscode.page.locator('.action-widget .monaco-list-row', {
      hasText: 'Widen 30 channels to 32',
    });
    await fix.waitFor({ timeout: 20_000 });
    await shot('quick-fix');
    await fix.click();
    await code('nn.Conv2d(32').first().waitFor({ timeout: 10_000 });
    expect(plain((await code('32').allInnerTexts()).join('\n'))).toMatch(/BatchNorm2d\(32\)/);
    await vscode.page.keyboard.press('Control+Z');
    await code('nn.Conv2d(30').first().waitFor({ timeout: 10_000 });
    expect(await code('(32').count()).toBe(0);
    await vscode.page.keyboard.press('Control+S');
  });

  it('reads a model in the cells of a notebook', async () => {
    await vscode.openFile('net.ipynb');
    const lens = vscode.page.locator('.notebookOverlay .codelens-decoration', { hasText: 'parameters' });
    await lens.first().waitFor({ timeout: 60_000 });
    expect(plain(await lens.first().innerText())).toContain('212 parameters');
    await shot('notebook');
  });
});
