// A lock that is a file: made by one process, kept fresh by it, and taken over once that process is gone.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { whyNot } from './why-not';
import { isAlive, isElsewhere, type Owner, thisProcess } from './alive';

export interface FileLock {
  release(): Promise<void>;
}

interface LockOwner extends Owner {
  /** Which of a process's locks; absent in those of 0.1.0. */
  readonly id?: string;
}

export interface LockWords {
  /** What is locked: `the run in /models/…`. */
  readonly what: string;
  /** Why it cannot be had while `owner` has it. */
  readonly busy: (owner: Owner) => string;
}

/** How often a holder touches its lock; of interest only to other machines, which cannot look for its process. */
const beatMs = 2000;
/** How long another machine watches a lock that nobody touches: several beats, as shared disks keep times for seconds. */
const watchMs = 5 * beatMs;
/** What a list says of another machine's lock without watching it. */
const freshMs = 60_000;

/** Locks of this process. One that it could not remove, as the disk was read-only, is not held any more. */
const ours = new Set<string>();

/** Rejects with one line when a living process holds the file. */
export async function lockFile(file: string, { what, busy }: LockWords): Promise<FileLock> {
  const id = randomUUID();
  const mine = JSON.stringify({ ...(await thisProcess()), id });
  // Before the file is there: who reads it at once must find it held.
  ours.add(id);
  try {
    return await take(file, mine, id, { what, busy });
  } catch (error) {
    ours.delete(id);
    throw error;
  }
}

async function take(file: string, mine: string, id: string, { what, busy }: LockWords): Promise<FileLock> {
  // Again: the holder may let go, or a stale lock may be cleared, between looking and taking.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(file, mine, what)) return held(file, mine, id);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const owner = parse(text);
    if (owner && (await lives(file, owner))) throw new Error(busy(owner));
    await clear(file, text);
  }
  throw new Error(`${what} is being taken by another process; try again`);
}

/** The process that holds the file, if it lives; answers at once. */
export async function holderOfLock(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const owner = text === undefined ? undefined : parse(text);
  if (!owner) return undefined;
  if (!isElsewhere(owner)) return (await isHeldHere(owner)) ? owner : undefined;
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
  // Clocks of two machines may differ either way.
  return Math.abs(Date.now() - mtimeMs) < freshMs ? owner : undefined;
}

/** Another machine's holder lives if it touches its lock while we look: no two clocks are compared. */
async function lives(file: string, owner: LockOwner): Promise<boolean> {
  if (!isElsewhere(owner)) return isHeldHere(owner);
  const beat = () =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const before = await beat();
  for (let waited = 0; waited < watchMs; waited += beatMs / 4) {
    await new Promise((resolve) => setTimeout(resolve, beatMs / 4));
    if ((await beat()) !== before) return true;
  }
  return false;
}

const isHeldHere = async (owner: LockOwner): Promise<boolean> =>
  owner.pid === process.pid && owner.id !== undefined ? ours.has(owner.id) : isAlive(owner);

function held(file: string, mine: string, id: string): FileLock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, beatMs);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      ours.delete(id);
      const text = await readFile(file, 'utf8').catch(() => undefined);
      // Where it cannot be removed it is stale from now on, for this process as for others once this one is gone.
      if (text === mine) await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

/** A hard link appears whole or not at all, and not over another. */
async function create(file: string, text: string, what: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(own, text);
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      // A file system without hard links: made alone too, though a reader may for a moment see it empty.
      return writeFile(file, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new Error(`cannot lock ${what}: ${whyNot(error, path.dirname(file))}`);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
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

function parse(text: string): LockOwner | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockOwner> | null;
    return typeof value?.pid === 'number' ? (value as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}
