// The workspace as the sandbox sees it: Python files inside one folder, read-only, links that lead out refused.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What `import` finds: a file with its text, or a folder without `__init__.py`. */
export interface ModuleFile {
  readonly file: string;
  readonly text: string;
  /** Where its submodules are looked for; only packages have any. */
  readonly dirs?: readonly string[];
}

export interface WorkspaceOptions {
  /** Absolute path of the folder that may be read. */
  readonly folder: string;
  /** The file being traced; imports are looked for beside it first. */
  readonly file: string;
  /** Unsaved texts, by absolute path. */
  readonly openFiles: ReadonlyMap<string, string>;
}

/** Python files that people write are far below; generated ones of megabytes would only stall the trace. */
const maxFileBytes = 2_000_000;
const maxFiles = 2_000;

/** The workspace folder as a package, so that relative imports may climb up to it. No one's own module is called so. */
const rootPackage = '_workspace';

export class Workspace {
  /** Every path that was read or looked for. */
  readonly looked = new Set<string>();
  private readonly root: string;
  private readonly roots: readonly string[];
  private filesRead = 0;

  constructor(private readonly options: WorkspaceOptions) {
    this.root = real(options.folder) ?? path.resolve(options.folder);
    const ancestors: string[] = [];
    for (let dir = path.dirname(options.file); isInside(options.folder, dir); dir = path.dirname(dir)) {
      ancestors.push(dir);
      if (dir === path.dirname(dir)) break;
    }
    this.roots = [...ancestors, options.folder, path.join(options.folder, 'src')];
  }

  /** The dotted name under which the traced file is imported, so that relative imports reach its neighbours. */
  get moduleName(): string {
    const { folder, file } = this.options;
    const parts = path.relative(folder, file).replace(/\.py$/, '').split(path.sep);
    if (parts.at(-1) === '__init__') parts.pop();
    return [rootPackage, ...parts].join('.');
  }

  /** Finds one step of a dotted name; `dirs` are the parent package's folders, absent for the first step. */
  find(name: string, dirs?: readonly string[]): ModuleFile | undefined {
    if (!/^[^\W\d]\w*$/u.test(name)) return undefined;
    for (const dir of dirs ?? this.roots) {
      const found = this.package(path.join(dir, name)) ?? this.module(path.join(dir, `${name}.py`));
      if (found) return found;
    }
    const { folder } = this.options;
    return dirs === undefined && (name === rootPackage || name === path.basename(folder))
      ? (this.package(folder) ?? { file: folder, text: '', dirs: [folder] })
      : undefined;
  }

  private package(dir: string): ModuleFile | undefined {
    const init = this.module(path.join(dir, '__init__.py'));
    if (init) return { ...init, dirs: [dir] };
    return this.holdsPython(dir) ? { file: dir, text: '', dirs: [dir] } : undefined;
  }

  /** A folder of Python files, or one that leads to the traced file, is a namespace package; no other is meant. */
  private holdsPython(dir: string): boolean {
    if (isInside(dir, this.options.file)) return true;
    if (!this.mayRead(dir)) return false;
    try {
      return readdirSync(dir).some((name) => name.endsWith('.py'));
    } catch {
      return false;
    }
  }

  private module(file: string): ModuleFile | undefined {
    this.looked.add(file);
    const open = isInside(this.options.folder, file) ? this.options.openFiles.get(file) : undefined;
    if (open !== undefined) return { file, text: open };
    if (!this.mayRead(file) || this.filesRead >= maxFiles) return undefined;
    try {
      const stat = statSync(file);
      if (!stat.isFile() || stat.size > maxFileBytes) return undefined;
      this.filesRead += 1;
      return { file, text: readFileSync(file, 'utf8') };
    } catch {
      return undefined;
    }
  }

  private mayRead(place: string): boolean {
    const target = isInside(this.options.folder, place) ? real(place) : undefined;
    return target !== undefined && isInside(this.root, target);
  }
}

const real = (place: string): string | undefined => {
  try {
    return realpathSync(place);
  } catch {
    return undefined;
  }
};

export function isInside(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
