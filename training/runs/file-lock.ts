// A lock that is a file: made by one process, kept fresh by it, and taken over once that process is gone.
import { createHash, randomUUID } from 'node:crypto';
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
  // Again: the holder may let go, or another may take a stale lock over, between looking and taking.
  for (let attempt = 0; attempt < 5; attempt++) {
    const holder = await look(file, mine, what);
    if (holder === 'us') return held(file, mine, id);
    if (holder) throw new Error(busy(holder));
    await pause(20 * attempt);
  }
  throw new Error(`${what} is being taken by another process; try again`);
}

/** Takes a file that nobody living holds; otherwise says who does, or nothing while that is changing. */
async function look(file: string, mine: string, what: string): Promise<Owner | 'us' | undefined> {
  if (await create(file, mine, what)) return 'us';
  const text = await read(file);
  // Gone again, or of a file system without hard links and not written yet.
  if (!text) return text === '' && (await isOld(file)) ? takeOver(file, text, mine, what) : undefined;
  const owner = parse(text);
  return owner && (await lives(file, owner)) ? owner : takeOver(file, text, mine, what);
}

/**
 * Puts our lock in the place of a stale one. Two who both found it stale must not both do so, nor one of them
 * replace what the other has put there: who may replace a lock holds a lock named after what stands in it, which
 * is never written twice, and looks once more.
 */
async function takeOver(file: string, stale: string, mine: string, what: string): Promise<'us' | undefined> {
  const right = `${file}.${createHash('sha256').update(stale).digest('hex').slice(0, 12)}`;
  // Its holder may be gone too, and is then replaced in the same way.
  if ((await look(right, mine, what)) !== 'us') return undefined;
  try {
    if ((await read(file)) !== stale) return undefined;
    await writing(file, mine, what, (own) => rename(own, file));
    return 'us';
  } finally {
    await rm(right, { force: true }).catch(() => undefined);
  }
}

/** The process that holds the file, if it lives; answers at once. */
export async function holderOfLock(file: string): Promise<Owner | undefined> {
  const text = await read(file);
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
    await pause(beatMs / 4);
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
      if ((await read(file)) === mine) await rm(file, { force: true }).catch(() => undefined);
      // Only now: one who finds it stale may put theirs in its place while we remove it. Where it could not be
      // removed it is stale from now on, for this process as for others once this one is gone.
      ours.delete(id);
    },
  };
}

/** A hard link appears whole or not at all, and not over another. */
async function create(file: string, text: string, what: string): Promise<boolean> {
  let there = false;
  await writing(file, text, what, async (own) => {
    try {
      await link(own, file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') throw error;
        // A file system without hard links: made alone too, though a reader may for a moment see it empty.
        return writeFile(file, text, { flag: 'wx' });
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      there = true;
    }
  });
  return !there;
}

/** Writes the text beside the file and lets it be put in its place. */
async function writing(
  file: string,
  text: string,
  what: string,
  put: (own: string) => Promise<void>,
): Promise<void> {
  const own = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(own, text);
    await put(own);
  } catch (error) {
    throw new Error(`cannot lock ${what}: ${whyNot(error, path.dirname(file))}`);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

const read = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether the file has been empty for longer than writing it takes. */
const isOld = async (file: string): Promise<boolean> =>
  stat(file).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) > beatMs,
    () => false,
  );

function parse(text: string): LockOwner | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockOwner> | null;
    return typeof value?.pid === 'number' ? (value as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}
