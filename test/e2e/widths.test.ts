// "Write Widths into Source" in real VS Code: from a finished run through the refactor preview into the file, and back again.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../training/runs/run-folder';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
const missing = missingForE2e();
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-widths-'));
const file = path.join(folder, 'net.py');
let vscode: VsCode;
let widths: number[] = [];

const text = `from torch import nn

WIDTHS = [16, 32]


class Net(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        layers, inputs = [], 1
        for width in WIDTHS:
            layers += [nn.Conv2d(inputs, width, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
            inputs = width
        self.features = nn.Sequential(*layers)
        self.mix = nn.Conv2d(32, hidden, 3, bias=False)
        self.norm = nn.BatchNorm2d(hidden)
        self.head = nn.Linear(64 * 3 * 3, 10)

    def forward(self, x):
        x = self.norm(self.mix(self.features(x))).relu()
        return self.head(x.view(-1, 64 * 3 * 3))


# espalier: model Net() input=(1, 1, 28, 28)
`;

/** Trains as the command line does; answers with the run's folder. */
function train(model: string, name: string, method: string): string {
  const lines = [
    ...['version: 1', `model: { file: ${model}, name: ${name} }`, `method: ${method}`],
    ...['sparsity: 0.5', ...(method === 'network-slimming' ? ['options: { roundTo: 1 }'] : [])],
    ...['data: { kind: digits, train: 300, test: 100 }', 'training: { epochs: 2, batch: 50 }', ''],
  ];
  const recipe = path.join(folder, `${name}-${method}.espalier.yaml`);
  writeFileSync(recipe, lines.join('\n'));
  const cli = path.join(root, 'dist/cli.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, [cli, 'train', recipe], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (!stdout.includes('.espalier')) throw new Error(stderr);
  return path.resolve(folder, stdout.trim().split('\n').at(-1)!);
}

/** Takes an entry of the context menu of the first run of the tree that begins like this. */
const choose = (run: RegExp, name: RegExp) => vscode.choose(vscode.treeItem(run).first(), name);

const preview = () => vscode.page.locator('.part.panel');
const written = () =>
  text
    .replace('[16, 32]', `[${widths[0]}, ${widths[1]}]`)
    .replaceAll('64', `${widths[2]}`)
    .replace('Conv2d(32,', `Conv2d(${widths[1]},`);

describe.skipIf(missing).sequential('the widths of a pruned model', () => {
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    writeFileSync(file, text);
    copyFileSync(path.join(root, 'examples/pytorch/convnet.py'), path.join(folder, 'convnet.py'));
    train('net.py', 'Net', 'nm-magnitude');
    train('convnet.py', 'convnet', 'network-slimming');
    const run = await RunFolder.open(train('net.py', 'Net', 'network-slimming'));
    const { graph } = await run.sparseModel();
    widths = ['features.0', 'features.4', 'mix'].map((layer) => graph.params[`${layer}.weight`]!.shape[0]!);
    vscode = await VsCode.start({ folder, width: 1480, height: 900 });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'widths-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('are shown as changes of the source before anything changes', async () => {
    await vscode.openFile('net.py');
    await vscode.openSideBar('Espalier');
    const rows = vscode.treeItem(/^Net/);
    await rows.first().waitFor({ timeout: 60_000 });
    await choose(/^Net.*Channel/, /Write Widths/);
    await preview().getByText('net.py').first().waitFor({ timeout: 60_000 });
    await vscode.page.waitForTimeout(1500);
    await vscode.screenshot(path.join(output, 'widths-preview.png'));
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('are in the file once the preview is accepted', async () => {
    await preview().getByRole('button', { name: 'Apply' }).click();
    await vscode.notification(/net\.py: 6 numbers changed; Net is as wide as the run left it/).waitFor();
    await vscode.openFile('net.py');
    await vscode.page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 20_000 }).toBe(written());
    await vscode.screenshot(path.join(output, 'widths-applied.png'));
  });

  it('are written once, and taken back by one undo', async () => {
    await choose(/^Net.*Channel/, /Write Widths/);
    await vscode.notification(/net\.py has these widths already/).waitFor({ timeout: 60_000 });
    await vscode.openFile('net.py');
    await vscode.goToEnd();
    await vscode.page.keyboard.press('Control+Z');
    await vscode.page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 20_000 }).toBe(text);
  });

  it("are offered on the model's own line too", async () => {
    await vscode.goToLine(6);
    const action = vscode.page.getByText(/Write the widths of Net's run of .* into the source/).first();
    await expect
      .poll(
        async () => {
          await vscode.page.keyboard.press('Escape');
          await vscode.page.keyboard.press('Control+Shift+R');
          await vscode.page.waitForTimeout(1500);
          return action.isVisible();
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    await vscode.screenshot(path.join(output, 'widths-code-action.png'));
    await vscode.page.keyboard.press('Enter');
    await preview().getByText('net.py').first().waitFor({ timeout: 60_000 });
    await preview().getByRole('button', { name: 'Discard' }).click();
    await preview().waitFor({ state: 'hidden' });
    await vscode.page.keyboard.press('Control+S');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('of which only some are taken are no model, which is said', async () => {
    await choose(/^Net.*Channel/, /Write Widths/);
    const row = preview().locator('.monaco-list-row', { hasText: 'self.mix' });
    await row.waitFor({ timeout: 60_000 });
    await row.locator('.monaco-custom-toggle, input[type=checkbox]').first().click();
    await preview().getByRole('button', { name: 'Apply' }).click();
    await vscode.notification(/some of 6 numbers were left out, so Net is neither the old model/).waitFor();
    await vscode.openFile('net.py');
    await vscode.goToEnd();
    await vscode.page.keyboard.press('Control+Z');
    await vscode.page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 20_000 }).toBe(text);
  });

  it('of a run that pruned weights are none, which is said', async () => {
    await vscode.contextMenu(vscode.treeItem(/2:4 magnitude/).first(), 'Export Model');
    expect(await vscode.page.getByRole('menuitem', { name: /Write Widths/ }).count()).toBe(0);
    await vscode.page.keyboard.press('Escape');
  });

  it('that one number would have to say for layers of several are listed with their lines', async () => {
    await choose(/^convnet.*Channel/, /Write Widths/);
    await vscode
      .item(/convnet\.py:\d+/)
      .first()
      .waitFor({ timeout: 60_000 });
    const rows = await vscode.page.locator('.quick-input-widget:visible .monaco-list-row').allInnerTexts();
    expect(rows.join('\n')).toMatch(/is one number for .*\(\d+ → \d+\)/);
    expect(rows.join('\n')).toContain('Its load script gives layers their widths');
    await vscode.screenshot(path.join(output, 'widths-hindrances.png'));
    await vscode
      .item(/convnet\.py:\d+/)
      .first()
      .click();
    await vscode.tab('convnet.py').waitFor();
  });
});
