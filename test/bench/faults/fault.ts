// What a fault is: something done to a run, and what must hold after it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Recipe } from '../../../core/recipe/recipe';
import type { RunRecord } from '../../../core/runs/run-record';
import type { Checkpoint } from '../../../training/runs/checkpoint';
import { RunFolder } from '../../../training/runs/run-folder';
import { HostProcess } from '../../process/host-process';
import { tinyNet, tinyRecipe } from '../../unit/training/tiny';

export interface Fault {
  readonly name: string;
  /** Does it so many times. Rejects with {@link Skipped} where this machine cannot. */
  run(bench: Bench, tries: number): Promise<Outcome>;
}

export interface Outcome {
  readonly tries: number;
  /** What was acknowledged and is gone; what could no longer be read. One line each. */
  readonly lost: readonly string[];
  readonly unreadable: readonly string[];
  /** What people were told. Empty where nothing had to be said. */
  readonly messages: readonly string[];
  /** How the run that went through it all ended, against one that met no fault. */
  readonly end: string;
}

export class Skipped extends Error {}

/** Hosts and folders of one fault, all gone when it is done. */
export class Bench {
  private readonly hosts: HostProcess[] = [];
  private readonly folders: string[] = [];

  constructor(private readonly distDir: string) {}

  host(env: Readonly<Record<string, string>> = {}): HostProcess {
    const queue = { ESPALIER_QUEUE: path.join(this.home, 'queue') };
    const host = new HostProcess(path.join(this.distDir, 'training-host.cjs'), { ...queue, ...env });
    this.hosts.push(host);
    return host;
  }

  folder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-faults-'));
    this.folders.push(folder);
    return folder;
  }

  close(): void {
    for (const host of this.hosts) host.process.kill('SIGKILL');
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }

  private get home(): string {
    return this.folders[0] ?? this.folder();
  }
}

/** Masks that change, BatchNorm, Adam; a checkpoint every ten steps, so that faults often hit one. */
export const recipe = (epochs: number): Recipe =>
  tinyRecipe('nm-magnitude', { options: { maskEvery: 2 }, training: { epochs, checkpointEvery: 10 } });

export async function begin(host: HostProcess, runsFolder: string, epochs = 20): Promise<string> {
  const { id } = await host.ask('runs/start', {
    recipe: recipe(epochs),
    graph: tinyNet(),
    baseFolder: runsFolder,
    runsFolder,
  });
  return path.join(runsFolder, id);
}

export async function resume(host: HostProcess, folder: string): Promise<RunRecord> {
  await host.ask('runs/resume', { folder });
  return host.ended(folder);
}

/** Reads everything that a run folder holds, as views and exports do. Answers with what cannot be read. */
export async function inspect(folder: string): Promise<string[]> {
  const run = new RunFolder(folder);
  const readings: (() => Promise<unknown>)[] = [
    () => run.record(),
    () => run.graph(),
    () => run.metrics(),
    () => run.checkpoint(),
    () => run.best(),
    () => run.masks(),
  ];
  const wrong: string[] = [];
  for (const read of readings) await read().catch((error: unknown) => wrong.push((error as Error).message));
  return wrong;
}

/** `same weights`, or by how much they differ. */
export async function against(straight: string, folder: string): Promise<string> {
  const [a, b] = [await new RunFolder(straight).checkpoint(), await new RunFolder(folder).checkpoint()];
  if (!a || !b) return 'no checkpoint';
  if (a.step !== b.step) return `at step ${b.step} instead of ${a.step}`;
  const difference = Math.max(largest(a.weights, b.weights), largest(a.optimizer, b.optimizer));
  return difference === 0 ? same : `differs by ${difference.toExponential(1)}`;
}

export const same = 'same weights';

function largest(a: Checkpoint['weights'], b: Checkpoint['weights']): number {
  let most = a.size === b.size ? 0 : Number.POSITIVE_INFINITY;
  for (const [name, { data }] of a)
    data.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - (b.get(name)?.data[i] ?? Number.POSITIVE_INFINITY)));
    });
  return most;
}
