// What training tests share: a small residual network, recipes of a few steps, folders that go away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export { tinyNet, tinyRecipe } from './tiny';

export const distDir = path.resolve(import.meta.dirname, '../../../dist');

export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
