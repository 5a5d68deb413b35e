// One process writes a run folder. The lock says which one; a lock whose process is gone is taken over.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, type Owner, thisProcess } from './alive';
import { files } from './files';

export interface Lock {
  release(): Promise<void>;
}

/** Rejects with one line when a living process holds the folder. */
export async function lockFolder(folder: string): Promise<Lock> {
  const file = path.join(folder, files.lock);
  const mine = JSON.stringify(await thisProcess());
  // Twice: the holder may let go, or a stale lock may be cleared, between looking and taking.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(file, mine)) return { release: () => release(file, mine) };
    const held = await readFile(file, 'utf8').catch(() => undefined);
    if (held === undefined) continue;
    const owner = parse(held);
    if (owner && (await isAlive(owner))) {
      const who = owner.pid === process.pid ? 'this process' : `process ${owner.pid}`;
      throw new Error(`the run in ${folder} is being trained by ${who}; stop it there first`);
    }
    await clear(file, held);
  }
  throw new Error(`the run in ${folder} is being taken by another process; try again`);
}

/** The process that holds the folder, if it lives. */
export async function holderOf(folder: string): Promise<Owner | undefined> {
  const held = await readFile(path.join(folder, files.lock), 'utf8').catch(() => undefined);
  const owner = held === undefined ? undefined : parse(held);
  return owner && (await isAlive(owner)) ? owner : undefined;
}

/** A hard link appears whole or not at all, and not over another. */
async function create(file: string, text: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(own, text);
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new Error(`cannot lock the run in ${path.dirname(file)}: ${(error as Error).message}`);
  } finally {
    await rm(own, { force: true });
  }
}

/** Moves the stale lock aside; if someone renewed it in between, theirs is put back. */
async function clear(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => stale);
  if (moved !== stale) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function release(file: string, mine: string): Promise<void> {
  const held = await readFile(file, 'utf8').catch(() => undefined);
  if (held === mine) await rm(file, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner> | null;
    return typeof value?.pid === 'number' ? (value as Owner) : undefined;
  } catch {
    return undefined;
  }
}
