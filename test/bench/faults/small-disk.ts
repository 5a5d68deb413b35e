// A real file system of a megabyte, where mounting is allowed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Undefined where nothing can be mounted. */
  static mount(): SmallDisk | undefined {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-disk-'));
    try {
      mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
      return new SmallDisk(folder);
    } catch {
      rmdirSync(folder);
      return undefined;
    }
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.folder);
    try {
      writeFileSync(this.ballast, Buffer.alloc(bavail * bsize));
    } catch {
      // The run wrote meanwhile: what could be taken is taken.
    }
  }

  makeRoom(): void {
    rmSync(this.ballast, { force: true });
  }

  /** Refused by the system while a file is open for writing, so it is tried until none is. */
  async readOnly(isSo: boolean): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return mount('-o', `remount,${isSo ? 'ro' : 'rw'}`, this.folder);
      } catch (error) {
        if (attempt === 200) throw error;
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    }
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
    rmdirSync(this.folder);
  }

  private get ballast(): string {
    return path.join(this.folder, 'ballast');
  }
}

const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });
