// Imports installed packages ahead of the traces that will want them: they do not change while people type.
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Change, Checkpoint } from './checkpoint';
import type { Interpreter } from './interpreter';
import type { KeptMemories } from './kept-memory';
import { Room } from './room';
import type { TraceJob } from './protocol';
import { isInside } from './source-tree';
import type { Workspace } from './workspace';

/** `[name, file]`, in the order of the imports. */
export type Imported = readonly (readonly [name: string, file: string])[];

/** What was imported, and what says that it would be imported the same now. */
export interface Memo {
  readonly packages: string;
  readonly modules: Imported;
  readonly stamp: string;
}

interface Known extends Memo {
  readonly change: Change;
}

/** A library of six hundred modules takes eighty megabytes; what is held twice must leave room for the models. */
const mostBytes = 96 * 2 ** 20;

export class Ahead {
  private known: Known | undefined;
  /** Where its memory lies. */
  private readonly room = new Room(mostBytes);

  constructor(
    private readonly interpreter: Interpreter,
    private readonly base: Checkpoint,
    /** From earlier sessions. */
    private readonly kept?: KeptMemories<Memo>,
  ) {}

  /** Before a trace: memory as it was, with the packages imported where they are the ones that this trace would find. */
  restore(job: TraceJob, workspace: Workspace): void {
    if (this.known?.packages !== keyOf(job)) this.recall(job, workspace);
    const fits = this.known !== undefined && this.fits(this.known, job, workspace);
    this.interpreter.restore(this.base, fits ? this.known!.change : undefined);
  }

  private recall(job: TraceJob, workspace: Workspace): void {
    if (job.packages.length === 0) return;
    this.known = undefined;
    const found = this.kept?.read(keyOf(job), this.room, (memo) => this.fits(memo, job, workspace));
    if (found) this.known = { ...found.about, change: found.change };
  }

  /** After a trace: what it has imported is there for the next. `run` imports these names. */
  learn(job: TraceJob, imported: Imported, run: (names: readonly string[]) => boolean): void {
    const { packages, openFiles } = job;
    const key = keyOf(job);
    const old = this.known?.packages === key ? this.known.modules : [];
    const names = new Set(old.map(([name]) => name));
    const missing = imported.filter(([name]) => !names.has(name));
    if (missing.length === 0 || openFiles.some(([file]) => packages.some((folder) => isInside(folder, file))))
      return;
    // Both what other files need and what this one does, if there is room; otherwise this one alone.
    for (const modules of old.length > 0 ? [[...old, ...missing], imported] : [imported]) {
      this.known = undefined;
      this.interpreter.restore(this.base);
      if (!run(modules.map(([name]) => name))) return;
      const change = this.interpreter.changeSince(this.base, this.room);
      if (!change) continue;
      const memo = { packages: key, modules, stamp: stampOf(modules) };
      this.known = { ...memo, change };
      this.kept?.write(key, change, memo);
      return;
    }
  }

  private fits({ packages, modules, stamp }: Memo, job: TraceJob, workspace: Workspace): boolean {
    if (packages !== keyOf(job)) return false;
    // A file of a package that was imported ahead would run twice, and register its models twice.
    if (entrances(modules).some(([, file]) => holds(file, job.file))) return false;
    if (job.openFiles.some(([file]) => job.packages.some((folder) => isInside(folder, file)))) return false;
    // Looked for again, so that the trace depends on them, and on a file of the workspace that would hide one.
    const tops = entrances(modules).filter(([, file]) => workspace.isInstalled(file));
    return tops.every(([name, file]) => workspace.find(name)?.file === file) && stamp === stampOf(modules);
  }
}

const keyOf = ({ packages }: TraceJob): string => packages.join('\0');

const entrances = (modules: Imported): Imported => modules.filter(([name]) => !name.includes('.'));

/** Whether a file is the entrance itself, or stands in the package that it is the entrance of. */
const holds = (entrance: string, file: string): boolean =>
  entrance === file || (path.basename(entrance) === '__init__.py' && isInside(path.dirname(entrance), file));

/** Packages change as a whole: when one is installed anew, its entrance is. */
function stampOf(modules: Imported): string {
  return entrances(modules)
    .map(([, file]) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? '-')
    .join('|');
}
