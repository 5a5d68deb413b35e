// TensorFlow in tests: linked once a test file, in a cache folder of its own, where ESPALIER_TENSORFLOW names one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Why tests on it are skipped; undefined when they run. */
export const noTensorFlow = process.env['ESPALIER_TENSORFLOW']
  ? undefined
  : 'ESPALIER_TENSORFLOW names no TensorFlow';

export const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [path.resolve('dist/cli.cjs'), ...args], {
    encoding: 'utf8',
    timeout: 200_000,
    env: { ...process.env, ...env },
  });

/** Links it, and lets this process see it. Answers with the cache folder, which the caller removes. */
export function linkTensorFlow(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'espalier-tensorflow-'));
  process.env['ESPALIER_HOME'] = home;
  const { status, stderr } = cli(['devices', 'install']);
  if (status !== 0) throw new Error(stderr);
  return home;
}
