// Imports installed packages ahead of the traces that will want them: they do not change while people type.
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Checkpoint } from './checkpoint';
import type { Interpreter } from './interpreter';
import type { TraceJob } from './protocol';
import { isInside } from './source-tree';
import type { Workspace } from './workspace';

/** `[name, file]`, in the order of the imports. */
export type Imported = readonly (readonly [name: string, file: string])[];

interface Known {
  readonly checkpoint: Checkpoint;
  readonly packages: string;
  readonly modules: Imported;
  readonly stamp: string;
}

/** A library of a thousand modules takes a hundred megabytes; what is held twice must leave room for the models. */
const mostBytes = 160 * 2 ** 20;

export class Ahead {
  private known: Known | undefined;

  constructor(
    private readonly interpreter: Interpreter,
    private readonly base: Checkpoint,
  ) {}

  /** Before a trace: memory as it was, with the packages imported where they are the ones that this trace would find. */
  restore(job: TraceJob, workspace: Workspace): void {
    const fits = this.known !== undefined && this.fits(this.known, job, workspace);
    this.interpreter.restore(fits ? this.known!.checkpoint : this.base);
  }

  /** After a trace: what it has imported is there for the next. `run` imports these names. */
  learn(
    { packages, openFiles }: TraceJob,
    imported: Imported,
    run: (names: readonly string[]) => boolean,
  ): void {
    const key = packages.join('\0');
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
      const checkpoint = this.interpreter.checkpoint();
      if (checkpoint.bytes.length > mostBytes) continue;
      this.known = { checkpoint, packages: key, modules, stamp: stampOf(modules) };
      return;
    }
  }

  private fits({ packages, modules, stamp }: Known, job: TraceJob, workspace: Workspace): boolean {
    if (packages !== job.packages.join('\0')) return false;
    // A file of a package that was imported ahead would run twice, and register its models twice.
    if (entrances(modules).some(([, file]) => holds(file, job.file))) return false;
    if (job.openFiles.some(([file]) => job.packages.some((folder) => isInside(folder, file)))) return false;
    // Looked for again, so that the trace depends on them, and on a file of the workspace that would hide one.
    const tops = entrances(modules).filter(([, file]) => workspace.isInstalled(file));
    return tops.every(([name, file]) => workspace.find(name)?.file === file) && stamp === stampOf(modules);
  }
}

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
