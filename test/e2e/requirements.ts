// What the end-to-end tests need of the machine, and what happens where it is missing.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const chromium = process.env['ESPALIER_CHROMIUM'] ?? '/usr/bin/chromium';
const cache =
  process.env['ESPALIER_E2E_CACHE'] ??
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'espalier');

/** What is missing, in one line; undefined when the tests can run. On CI they always run, and fail if they cannot. */
export function missingForE2e(): string | undefined {
  if (process.env['ESPALIER_REQUIRE_ALL']) return undefined;
  if (!existsSync(chromium)) return `skipped: no Chromium at ${chromium} (set ESPALIER_CHROMIUM)`;
  if (!existsSync(cache)) return 'skipped: no VS Code to drive; scripts/install-code-server.sh installs it';
  return undefined;
}
