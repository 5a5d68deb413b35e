// Runs of all processes of this machine take turns on a device: first come, first served, and the dead lose their place.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheFolder } from '../../core/cache-folder';
import { isAlive, type Owner, thisProcess } from './alive';
import { type FileLock, lockFile } from './file-lock';

/** How often a waiting run looks: soon enough for people, too seldom to be noticed by the run that has the device. */
const lookMs = 250;

/** A place in the queue: one file, whose number says who came first. */
interface Ticket extends Owner {
  /** The run that stands here, by its id. */
  readonly run: string;
}

export interface DeviceTurn {
  /** Lets the next one in. */
  release(): Promise<void>;
}

export interface Waiting {
  readonly signal?: AbortSignal;
  /** Called when another run has the device, and whenever that one changes. */
  readonly onWait?: (run: string) => void;
}

/** Where the queues of this machine lie; home folders may be shared by several. `ESPALIER_QUEUE` says otherwise. */
export const queueFolder = (): string =>
  process.env['ESPALIER_QUEUE'] ??
  path.join(
    cacheFolder({ env: process.env, platform: process.platform, home: homedir() }),
    'queue',
    hostname(),
  );

export class DeviceQueue {
  constructor(private readonly folder = queueFolder()) {}

  /** Resolves when it is this run's turn. Rejects with AbortError when it is given up before that. */
  async enter(device: string, run: string, { signal, onWait }: Waiting = {}): Promise<DeviceTurn> {
    const place = path.join(this.folder, device.replaceAll(/[^\w.-]+/g, '-'));
    try {
      await mkdir(place, { recursive: true });
    } catch {
      // Where nothing can be written nobody can queue, which is no reason not to train.
      return { release: () => Promise.resolve() };
    }
    const ticket: Ticket = { ...(await thisProcess()), run };
    let mine = await draw(place, ticket);
    try {
      let told: string | undefined;
      for (;;) {
        signal?.throwIfAborted();
        const standing = await living(place);
        // Somebody emptied the folder.
        if (!standing.some(({ name }) => name === mine)) mine = await draw(place, ticket);
        const [first] = standing;
        if (first?.name === mine) {
          const lock = await tryLock(place);
          if (lock) return { release: () => leave(lock, path.join(place, mine)) };
        }
        if (first && first.name !== mine && first.run !== told) onWait?.((told = first.run));
        await delay(lookMs, undefined, signal ? { signal } : {});
      }
    } catch (error) {
      await rm(path.join(place, mine), { force: true });
      signal?.throwIfAborted();
      throw error;
    }
  }
}

/** Takes the next free number. Answers with the ticket's file name. */
async function draw(place: string, ticket: Ticket): Promise<string> {
  const own = path.join(place, `.${randomUUID()}.tmp`);
  await writeFile(own, JSON.stringify(ticket));
  try {
    for (let number = numberOf((await names(place)).at(-1)) + 1; ; number++) {
      const name = `${String(number).padStart(12, '0')}.json`;
      try {
        await link(own, path.join(place, name));
        return name;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Those who stand there, first come first; tickets of processes that are gone are torn. */
async function living(place: string): Promise<{ name: string; run: string }[]> {
  const standing: { name: string; run: string }[] = [];
  for (const name of await names(place)) {
    const file = path.join(place, name);
    const ticket = await read(file);
    if (ticket && (await isAlive(ticket))) standing.push({ name, run: ticket.run });
    else await rm(file, { force: true });
  }
  return standing;
}

/**
 * Numbers alone would let two in: one that was drawn late can be lower than that of a run that has the device. So the
 * first in the queue also needs the lock; undefined while another has it.
 */
const tryLock = (place: string): Promise<FileLock | undefined> =>
  lockFile(path.join(place, 'device.lock'), { what: 'the device', busy: () => 'in use' }).catch(
    () => undefined,
  );

async function leave(lock: FileLock, ticket: string): Promise<void> {
  await rm(ticket, { force: true }).catch(() => undefined);
  await lock.release();
}

const names = async (place: string): Promise<string[]> =>
  (await readdir(place)).filter((name) => /^\d{12}\.json$/.test(name)).sort();

const numberOf = (name: string | undefined): number => (name === undefined ? 0 : Number.parseInt(name, 10));

async function read(file: string): Promise<Ticket | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Ticket;
  } catch {
    return undefined;
  }
}
