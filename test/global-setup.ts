// Builds the bundles once before any test, so that tests meet the processes that users run.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

export function setup(): void {
  execFileSync(process.execPath, [path.resolve(import.meta.dirname, '../esbuild.mjs')], { stdio: 'inherit' });
}
