// The tree of runs in real VS Code: listed with what they reached, compared, gone on with, deleted by key.
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/runs/run-record';
import { HostProcess } from '../process/host-process';
import { tinyNet, tinyRecipe } from '../unit/training/tiny';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
const missing = missingForE2e();
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-runs-'));
const runsFolder = path.join(folder, '.espalier', 'runs');
let vscode: VsCode;
let ids: string[] = [];

/** A process of its own, as another window or the command line is. */
const newHost = () => new HostProcess(path.join(root, 'dist/training-host.cjs'));
/** No checkpoint before it is stopped: `run.json` says nothing of how far it is. */
const endless = { epochs: 10_000, checkpointEvery: 1_000_000 };

/** Real runs, trained by the real host: two that finished, one that was stopped. */
async function train(): Promise<void> {
  const host = newHost();
  const begin = async (method: string, epochs: number, checkpointEvery = 10) => {
    const recipe = tinyRecipe(method, { training: { epochs, checkpointEvery } });
    return (await host.ask('runs/start', { recipe, graph: tinyNet(), baseFolder: folder, runsFolder })).id;
  };
  ids = [await begin('nm-magnitude', 4), await begin('network-slimming', 4)];
  for (const id of ids) await host.ended(path.join(runsFolder, id));
  const last = await begin('nm-magnitude', 200, 1_000_000);
  ids.push(last);
  await host.steps(path.join(runsFolder, last), 60);
  await host.ask('runs/stop', { folder: path.join(runsFolder, last) });
  host.process.stdin.end();
  await host.exit();
}

const stepOf = (row: string): number => Number(/step (\d+)/.exec(row.replaceAll('\u00a0', ' '))?.[1]);

describe.skipIf(missing).sequential('the tree of runs', () => {
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    await train();
    vscode = await VsCode.start({ folder, width: 1480, height: 900 });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'runs-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('says how each run stands, how good it is, how dense, and on what data', async () => {
    await vscode.openSideBar('Espalier');
    const rows = vscode.treeItem('tiny');
    await rows.first().waitFor({ timeout: 60_000 });
    await expect.poll(() => rows.count()).toBe(3);
    const texts = (await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(texts[0]).toMatch(/stopped at step \d+\/3200 · test accuracy \d+\.\d %, density \d\.\d\d ·/);
    expect(texts[0]).toContain('digits, 256 + 100');
    expect(texts[1]).toMatch(/\d+\.\d % · \d+ % sparse · Channel pruning/);
    await vscode.screenshot(path.join(output, 'runs-tree.png'));
  });

  it('compares the runs that are selected', async () => {
    const rows = vscode.treeItem('tiny');
    await rows.nth(1).click();
    await rows.nth(2).click({ modifiers: ['Control'] });
    await vscode.choose(rows.nth(2), 'Compare Runs');
    const view = await vscode.frame('.comparison', 60_000);
    const cells = await view.locator('.comparison tr', { hasText: 'method' }).locator('td').allInnerTexts();
    // In the order of the selection, which VS Code passes on.
    expect([...cells].sort()).toEqual(['2:4 magnitude', 'Channel pruning by BN scale']);
    for (const [name, theme] of [
      ['dark', 'Dark Modern'],
      ['light', 'Light Modern'],
      ['high-contrast', 'Dark High Contrast'],
    ] as const) {
      await vscode.theme(theme);
      await vscode.screenshot(path.join(output, `runs-compare-${name}.png`));
    }
    await vscode.theme('Dark Modern');
  });

  it('says how to look at them in TensorBoard', async () => {
    await vscode.choose(vscode.treeItem('tiny').first(), 'Open in TensorBoard');
    await vscode.notification(/tensorboard --logdir .*runs/).waitFor();
    await vscode.page.keyboard.press('Escape');
  });

  it('opens the folder of a run', async () => {
    await vscode.choose(vscode.treeItem('tiny').first(), 'Open Run Folder');
    // A server has no file manager to open: VS Code's explorer shows where the run lies.
    await vscode.page
      .locator('.explorer-folders-view .monaco-list-row.selected', { hasText: ids.at(-1)! })
      .waitFor();
    await vscode.openSideBar('Espalier');
  });

  it('deletes the selected run by key, once it is told to', async () => {
    const rows = vscode.treeItem('tiny');
    const [oldest] = ids;
    await rows.nth(2).click();
    await vscode.page.keyboard.press('Delete');
    const dialog = vscode.page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete tiny · 2:4 magnitude?').waitFor();
    await vscode.screenshot(path.join(output, 'runs-delete.png'));
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    // A server may have no trash: then it is asked once more.
    const gone = () => !existsSync(path.join(runsFolder, oldest!));
    await expect
      .poll(
        async () => {
          const forGood = dialog.getByRole('button', { name: 'Delete for good' });
          if (await forGood.isVisible()) await forGood.click();
          return gone();
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await expect.poll(() => rows.count()).toBe(2);
  });

  it('goes on with the run that was stopped', async () => {
    await vscode.choose(vscode.treeItem('stopped'), 'Resume Run');
    const running = vscode.treeItem('running');
    await running.waitFor({ timeout: 60_000 });
    // Beyond the checkpoint that it went on from, and on.
    const begun = stepOf(await running.innerText());
    await expect
      .poll(async () => stepOf(await running.innerText()), { timeout: 30_000 })
      .toBeGreaterThan(begun + 5);
    expect(await running.innerText()).toMatch(/running · step \d+\/3200 · acc \d+\.\d % · density \d\.\d\d/);
    await vscode.choose(running, 'Stop Run');
    await vscode.treeItem('stopped').waitFor({ timeout: 60_000 });
  });

  it('follows a run of another process, step by step, though it writes no checkpoint', async () => {
    const host = newHost();
    const recipe = tinyRecipe('nm-magnitude', { training: endless });
    const { id } = await host.ask('runs/start', { recipe, graph: tinyNet(), baseFolder: folder, runsFolder });
    const running = vscode.treeItem('running');
    await running.waitFor({ timeout: 60_000 });
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add(stepOf(await running.innerText())).size, { timeout: 60_000, interval: 300 })
      .toBeGreaterThan(3);
    await vscode.screenshot(path.join(output, 'runs-live.png'));
    expect(await running.innerText()).toMatch(/running · step \d+\/160000 · acc \d+\.\d % · density 1\.00/);
    const record = JSON.parse(readFileSync(path.join(runsFolder, id, 'run.json'), 'utf8')) as RunRecord;
    expect([record.status, record.step]).toEqual(['running', 0]);
    await host.ask('runs/stop', { folder: path.join(runsFolder, id) });
    await running.waitFor({ state: 'detached', timeout: 30_000 });
    host.process.stdin.end();
    await host.exit();
  });
});
