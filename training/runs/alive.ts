// Whether a process is still the one that took a lock: process ids come round again, start times do not.
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface Owner {
  readonly pid: number;
  /** When the process began, in the system's own unit; absent where the system does not say. */
  readonly started?: string;
  /** The machine: on a shared disk a process id says nothing about another one's. Absent means this one. */
  readonly host?: string;
}

export const isElsewhere = ({ host }: Owner): boolean => host !== undefined && host !== hostname();

export async function thisProcess(): Promise<Owner> {
  const started = await startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(started === undefined ? {} : { started }) };
}

/** Of a process of this machine. True when in doubt: a run that may be running is not taken over. */
export async function isAlive({ pid, started }: Owner): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and is someone else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = started === undefined ? undefined : await startOf(pid);
  return now === undefined || now === started;
}

/** Field 22 of Linux' /proc/<pid>/stat, clock ticks since boot. The name before it may hold spaces and brackets. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
