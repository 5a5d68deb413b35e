// Builds the bundles once before any test, so that tests meet the processes that users run.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

export function setup(): void {
  try {
    execFileSync(process.execPath, [path.resolve(import.meta.dirname, '../esbuild.mjs')], {
      stdio: 'inherit',
    });
  } catch (error) {
    // ESPALIER_REQUIRE_ALL: on CI a bundle that does not build fails the run; at a desk the rest may still be tested.
    if (process.env['ESPALIER_REQUIRE_ALL']) throw error;
  }
}
