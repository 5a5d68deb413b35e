// Every system that compresses a network, from the lens of an example: trained, stopped, gone on with, compared.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/runs/run-record';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
const missing = missingForE2e();
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-e2e-systems-'));
const runsFolder = path.join(folder, '.espalier', 'runs');

interface System {
  readonly method: string;
  readonly title: string;
  /** Below examples/. */
  readonly file: string;
  readonly data: string;
  /** What is written otherwise, so that a test may wait for it. */
  readonly instead?: readonly [text: string, other: string];
  /** Asked where the method leaves a choice. */
  readonly sparsity?: string;
}

const systems: readonly System[] = [
  {
    method: 'mask-sparsity',
    title: 'MaskSparsity',
    file: 'pytorch/convnet.py',
    data: 'digits',
    sparsity: '0.5',
  },
  { method: 'cast', title: '2:4 CAST', file: 'pytorch/gpt.py', data: 'grammar' },
  {
    method: 'gpusq-vit',
    title: '2:4 and INT8/INT4',
    file: 'pytorch/vit.py',
    data: 'digits',
    // 16 patches in place of 49.
    instead: ['patch=4', 'patch=7'],
  },
  { method: 'pst', title: '(PST)', file: 'pytorch/gpt.py', data: 'grammar', sparsity: '0.9' },
  {
    method: 'yolo-compression',
    title: 'YOLO compression',
    file: 'yolo/yolo-tiny.yaml',
    data: 'aerial',
    // A quarter of the pixels: too few to find anything in, enough to go the whole way.
    instead: ['3, 64, 64', '3, 32, 32'],
    sparsity: '0.5',
  },
];

let vscode: VsCode;

const records = (): RunRecord[] =>
  readdirSync(runsFolder).map(
    (id) => JSON.parse(readFileSync(path.join(runsFolder, id, 'run.json'), 'utf8')) as RunRecord,
  );

describe.skipIf(missing).sequential('the systems that compress a network', () => {
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    for (const { file, instead: [text, other] = ['', ''] } of systems) {
      const example = readFileSync(path.join(root, 'examples', file), 'utf8');
      expect(example).toContain(text);
      writeFileSync(path.join(folder, path.basename(file)), example.replace(text, other));
    }
    vscode = await VsCode.start({ folder, width: 1480, height: 900 });
    await vscode.openSideBar('Espalier');
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'systems-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it.each(systems)(
    '$title begins from the lens, stops, and goes on to its end',
    { timeout: 480_000 },
    async ({ method, title, file, data, sparsity }) => {
      await vscode.openFile(path.basename(file));
      // The lens of a Python model is above its class, below the layers; that of a file that is a model, on top.
      if (file.endsWith('.py')) await vscode.goToEnd();
      await vscode.clickLens('Sparse train');
      await vscode.pick(title);
      if (sparsity) await vscode.write(sparsity);
      await vscode.pick(`Built-in ${data}`);
      await vscode.page
        .locator('.quick-input-list', { hasText: 'evaluation apart' })
        .waitFor({ timeout: 90_000 });
      await vscode.screenshot(path.join(output, `systems-${method}-start.png`));
      await vscode.pick('Train');
      await vscode.notification(/step [1-9]\d*\//).waitFor({ timeout: 120_000 });
      await vscode.choose(vscode.treeItem(/running · step/).first(), 'Stop Run');
      await vscode.treeItem('stopped at step').waitFor({ timeout: 60_000 });
      await vscode.choose(vscode.treeItem('stopped at step').first(), 'Resume Run');
      await vscode.notification(title).filter({ hasText: '→' }).waitFor({ timeout: 400_000 });
      await vscode.screenshot(path.join(output, `systems-${method}-run.png`));
      const record = records().find(({ recipe }) => recipe.method === method);
      expect(record).toMatchObject({ status: 'finished' });
      expect(record!.result!.sparsity).toBeGreaterThan(0);
    },
  );

  it('stand side by side', async () => {
    const rows = vscode.treeItem(/% sparse · /);
    await expect.poll(() => rows.count()).toBe(systems.length);
    await rows.first().click();
    await rows.last().click({ modifiers: ['Shift'] });
    await vscode.choose(rows.last(), 'Compare Runs');
    const view = await vscode.frame('.comparison', 60_000);
    const cells = await view.locator('.comparison tr', { hasText: 'method' }).locator('td').allInnerTexts();
    expect(cells).toHaveLength(systems.length);
    await vscode.screenshot(path.join(output, 'systems-compare.png'));
  });
});
