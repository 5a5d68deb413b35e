// Puts a file in its place in one step, and never over one that is not ours.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

export interface Staged {
  /** The bytes as they are on disk now. */
  read(): Promise<Uint8Array>;
  /** Moves the file to its place. */
  commit(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/** Throws one line when something lies at `file` that `isOurs` does not recognise by its first bytes. */
export async function refuseForeign(
  file: string,
  isOurs: (head: Uint8Array) => boolean,
  headBytes: number,
): Promise<void> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`cannot write ${file}: ${reason(error)}`);
  });
  if (!handle) return;
  try {
    const isFile = (await handle.stat()).isFile();
    const { buffer, bytesRead } = isFile
      ? await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      : { buffer: Buffer.alloc(0), bytesRead: 0 };
    if (!isFile || !isOurs(buffer.subarray(0, bytesRead)))
      throw new Error(`${file} exists and is no export of Espalier: move it away or export elsewhere`);
  } finally {
    await handle.close();
  }
}

/** Writes beside `file` under a name of its own, so that nobody sees half a file. Creates the folder. */
export async function stage(file: string, bytes: Uint8Array): Promise<Staged> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}.tmp`);
  const discard = () => rm(temporary, { force: true });
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discard();
    throw new Error(`cannot write ${file}: ${reason(error as NodeJS.ErrnoException)}`);
  }
  return { read: () => readFile(temporary), commit: () => rename(temporary, file), discard };
}

/** All of them, or none: throws one line when one cannot be written. */
export async function stageAll(
  files: readonly { readonly place: string; readonly bytes: Uint8Array }[],
): Promise<Map<string, Staged>> {
  const staging = new Map<string, Staged>();
  try {
    for (const { place, bytes } of files) staging.set(place, await stage(place, bytes));
    return staging;
  } catch (error) {
    for (const staged of staging.values()) await staged.discard();
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'its folder is a file',
};

const reason = ({ code, message }: NodeJS.ErrnoException): string => reasons[code ?? ''] ?? message;
