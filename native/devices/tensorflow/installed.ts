// What was built for this machine, as a record in the cache folder: which TensorFlow, which binding, and that it worked.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../../core/cache-folder';

export interface Installed {
  readonly version: 1;
  /** Of the TensorFlow that the binding is linked to. */
  readonly tensorflow: string;
  readonly folder: string;
  readonly binding: string;
  /** Whether the check saw a GPU. */
  readonly gpu: boolean;
  /** Otherwise why not, in one line. */
  readonly whyNoGpu?: string;
}

export const installFolder = (): string =>
  path.join(cacheFolder({ env: process.env, platform: process.platform, home: homedir() }), 'tensorflow');

const recordFile = (): string => path.join(installFolder(), 'installed.json');

/** Undefined where nothing was installed, or its files are gone. */
export function readInstalled(): Installed | undefined {
  try {
    const record = JSON.parse(readFileSync(recordFile(), 'utf8')) as Installed;
    return record.version === 1 && existsSync(record.binding) && existsSync(record.folder)
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}

/** At once or not at all. */
export function writeInstalled(record: Installed): void {
  mkdirSync(installFolder(), { recursive: true });
  const fresh = `${recordFile()}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(fresh, recordFile());
}

/** Forgets the binding, and the TensorFlow that was fetched for it. The user's own environments stay as they are. */
export const removeInstalled = (): void => rmSync(installFolder(), { recursive: true, force: true });
